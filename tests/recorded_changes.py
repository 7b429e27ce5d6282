"""Pairs of stacks, with what a real engine did when one was deployed over the other."""

import json
import os
from pathlib import Path


def cases():
    """The cases in the file INTERLOCK_LINT_CHANGES."""
    path = os.environ.get("INTERLOCK_LINT_CHANGES")
    return json.loads(Path(path).read_text(encoding="utf-8"))["cases"] if path else []
