"""How a stack is judged."""
