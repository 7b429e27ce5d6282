"""Speaks to the engine of a swarm: reads what runs there, and changes labels of services."""
