"""
Writes a page from a template and plain data.

Whatever a template shows has its control characters made visible and its markup escaped. Even if
that failed, the content security policy of the page lets a browser load nothing, and run nothing
but the script of the page.
"""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from linter import __version__
from linter.report import Style
from linter.report.escape import escape
from linter.report.lines import count


class Part(NamedTuple):
    """A part of a sentence: a name in it, or the words between names."""

    text: str
    is_code: bool


def page(template: str, data: object, style: Style) -> str:
    """The page that a template makes of its data; the template calls it `page`."""
    environment = _environment()
    frame = "part.html" if style.part else "page.html"
    policy = {name: _hash(environment, name) for name in ("style.css", "script.js")}
    text = environment.get_template(template).render(
        page=data, frame=frame, policy=policy, version=__version__
    )
    return text.rstrip() + "\n"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(os.path.dirname(__file__)),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["parts"] = parts
    environment.globals["count"] = count
    return environment


def _visible(value: object) -> object:
    """A value without control characters; what a template has made is left as it is."""
    return value if hasattr(value, "__html__") else escape(str(value))


def _hash(environment: Environment, name: str) -> str:
    text = environment.get_template(name).render()
    return b64encode(sha256(text.encode()).digest()).decode()


def parts(sentence: str) -> Iterator[Part]:
    """
    A sentence in parts, without the backquotes around its names.

    If it is not clear what is a name, nothing is one.
    """
    pieces = sentence.split("`")
    if len(pieces) % 2 == 0 or "" in pieces[1:-1]:
        yield Part(sentence, is_code=False)
        return
    for number, piece in enumerate(pieces):
        if piece:
            yield Part(piece, is_code=number % 2 == 1)
