"""How Docker reads stack files."""
