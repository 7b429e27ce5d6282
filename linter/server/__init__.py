"""Answers editors in the language server protocol."""
