"""Reads stack files the way Docker does."""
