"""Parses YAML and keeps the position of every node."""
