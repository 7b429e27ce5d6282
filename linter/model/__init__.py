"""What a stack, a label, a finding and a change are."""
