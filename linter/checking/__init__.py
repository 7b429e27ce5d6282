"""Checking stacks: rules, their findings, and ignore comments."""
