"""Finding, reading and writing files, and their configuration."""
