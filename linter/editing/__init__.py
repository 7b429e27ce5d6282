"""Changes stack files, and proves the changes."""
