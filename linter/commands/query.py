"""The query of Terraform's external provider: a stack file as JSON on standard input."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable

from linter import terminal
from linter.files import decoding
from linter.files.request import STDIN
from linter.files.settings import UsageError
from linter.model.words import bounded, did_you_mean
from linter.report import check as formats

_KEYS = ("stack", "filename")


def settle(arguments: argparse.Namespace) -> Callable[[], bytes]:
    """
    Take the stack of the query as a source; returns what then stands for standard input.

    Everything else is up to the command line, so a query can neither start a program nor have a
    file read. Raises UsageError.
    """
    query = _parsed(terminal.standard_input())
    named = (*arguments.sources, *arguments.compose_file)
    stack = query.get("stack")
    if stack is None and STDIN in named:
        raise UsageError(f"query: `{STDIN}` stands for the key `stack`, which is missing")
    if stack is None and "filename" in query:
        raise UsageError("query: `filename` is the name of `stack`, which is missing")
    if stack is not None and STDIN not in named:
        arguments.sources = [STDIN, *arguments.sources]
    arguments.stdin_filename = query.get("filename") or arguments.stdin_filename
    content = (stack or "").encode("utf-8", "surrogatepass")
    return lambda: content


def _parsed(data: bytes) -> dict[str, str]:
    if not data.strip():
        raise UsageError(
            f"--format {formats.TERRAFORM}: standard input is empty; Terraform writes the query "
            "there, `{}` if there is none"
        )
    if len(data) > decoding.MAX_BYTES:
        raise UsageError(f"query: {decoding.TooLarge(decoding.MAX_BYTES)}")
    try:
        query = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        query = None
    if not isinstance(query, dict):
        raise UsageError("query: not a JSON object; Terraform writes one to standard input")
    for key, value in query.items():
        if key not in _KEYS:
            raise UsageError(bounded(f"query: unknown key `{key}`{_remedy(key)}"))
        if not isinstance(value, str):
            raise UsageError(f"query: `{key}` must be a string")
    return query


def _remedy(key: str) -> str:
    return did_you_mean(key, _KEYS) or f"; use {' or '.join(_KEYS)}; options belong in `program`"
