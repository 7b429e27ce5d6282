"""Text and YAML: where everything stands."""
