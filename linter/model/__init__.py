"""The data model: stacks, labels, findings and changes."""
