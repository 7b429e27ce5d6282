"""
Does the least that a YAML linter in Python can do: composes each file with libyaml.

It discards the nodes of each file before the next. With `--keep` it keeps those of all files, so
Python's garbage collector goes over them again and again.
"""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

names = sys.argv[1:]
keep = names[:1] == ["--keep"]
kept = []
for name in names[keep:]:
    node = yaml.compose(Path(name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    if keep:
        kept.append(node)
