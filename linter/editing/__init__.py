"""How a text is changed, and how the change is proved."""
