"""Which service gets which requests."""
