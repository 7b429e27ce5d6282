"""Where texts come from and where they go."""
