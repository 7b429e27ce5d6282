"""
Knows the least that a YAML linter in Python can do: compose each file with libyaml.

The nodes of all files are kept, as by a program that looks at its files together, and Python's
collector of garbage goes over them again and again; with `--drop` those of each file are let go.
"""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

names = sys.argv[1:]
drop = names[:1] == ["--drop"]
kept = []
for name in names[drop:]:
    node = yaml.compose(Path(name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    if not drop:
        kept.append(node)
