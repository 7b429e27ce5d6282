"""Computes which service gets what share of the requests."""
