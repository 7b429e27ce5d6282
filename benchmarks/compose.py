"""
Does the least that a YAML linter in Python can do: composes each file with libyaml.

It keeps the nodes of all files, like a program that compares files with each other, so Python's
garbage collector goes over them again and again. With `--drop` it discards the nodes of each file.
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
