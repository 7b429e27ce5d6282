"""Linter for Docker Interlock labels in Swarm stack files."""

from pathlib import Path

__version__ = "0.1.0"

# A wheel carries rules/ and schemas/ inside this package; a checkout has them beside it.
if not Path(__path__[0], "rules").is_dir():
    __path__.append(str(Path(__path__[0]).parent))
