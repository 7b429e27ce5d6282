"""Which files a stack file names, in addition to itself."""

from __future__ import annotations

from collections.abc import Iterator

from linter.reading.trees import Tree, flat, mapping, tree_of, whole
from linter.syntax.composer import NotYaml
from linter.syntax.documents import document_of
from linter.syntax.interpolation import Environment
from linter.syntax.source import Source

_NAMES = frozenset({"dockerfile", "env_file", "file", "include", "label_file"})
"""Keys for files, in which a list or a mapping has more of them."""

_OTHERS = frozenset({"args", "environment", "labels"})
"""Keys for whatever the user likes."""


def named_files(source: Source, environment: Environment) -> Iterator[str]:
    """
    The paths as written, relative to the folder of the file; none if it is not YAML.

    A variable without a value counts as unset, so it has its default.
    """
    if not any(each in source.text for each in ("file", "include")):
        return
    try:
        document = document_of(source)
    except NotYaml:
        return
    yield from _in(tree_of(document, environment._replace(complete=True)))


def _in(tree: Tree) -> Iterator[str]:
    for key, each in mapping(tree).items():
        if key in _NAMES:
            yield from filter(None, map(whole, flat(each)))
        elif key not in _OTHERS:
            yield from _in(each)
