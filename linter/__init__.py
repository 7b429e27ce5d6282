"""Linter for Docker Interlock labels in Swarm stack files."""

import os

__version__ = "1.0.0"

TYPE_CHECKING = False
"""As in `typing`, which takes as long to import as many rules: import it from here."""

# A wheel has rules/ and schemas/ inside this package; a checkout has them next to it.
if not os.path.isdir(os.path.join(__path__[0], "rules")):
    __path__.append(os.path.dirname(__path__[0]))
