"""
What is said about values and keys that Docker refuses.

Any value may be a password in the wrong place, so none is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from linter import TYPE_CHECKING
from linter.model.vocabulary import without_secret
from linter.reading.formats import FORMATS
from linter.reading.shapes import Keys, Shape
from linter.reading.typed import BOOLEAN_WORDS, Typed, cast
from linter.record import Record
from linter.syntax.nodes import MappingNode, Node, ScalarNode

if TYPE_CHECKING:
    from linter.model.refusal import RefusalKind

    Remark = tuple[RefusalKind, str, str, str | None]
    """The parts of a Refusal but its place: kind, message, help, and what is meant instead."""

_UNQUOTED = r"-?(?:0|[1-9][0-9]*)|0[0-7]+"
"""A number that means the same with and without quotes, or a mode such as `0440`."""

_LONGEST = 60

_SERVICES = "services"
"""The key that nearly every stack file has at its top level."""

_NAMES = {
    "boolean": "a boolean",
    "integer": "a number",
    "number": "a number",
    "timestamp": "a date",
}

_MEANT = {
    "cmd": "command",
    "deployment": "deploy",
    "entry_point": "entrypoint",
    "env": "environment",
    "envfile": "env_file",
}
"""Names that only resemble what they mean."""


class Item(Record):
    """The place of an item of a list; `key` is the key of the list."""

    __slots__ = ("key",)

    def __init__(self, key: Node | Item | None) -> None:
        self.key = key


Place = Node | Item | None


def _refused(message: str, help_text: str = "", instead: str | None = None) -> Remark:
    return "refused-value", message, help_text, instead


def _bad_key(message: str, help_text: str) -> Remark:
    return "unknown-key", message, help_text, None


def _subject(place: Place) -> str:
    if isinstance(place, Item):
        return f"an item of {_subject(place.key)}" if place.key else "an item"
    return f"`{place.value}`" if isinstance(place, ScalarNode) else "the value"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def wrong_type(shape: Shape, node: Node, place: Place) -> Remark:
    """A mapping or a list where there must be something else, or a scalar where there must not."""
    actual = "a mapping" if isinstance(node, MappingNode) else "a list"
    remedy = f"write {shape.says}"
    if isinstance(node, MappingNode) and isinstance(next(iter(node.children), None), MappingNode):
        remedy += "; if `{{ … }}` is an expression of a template, name the file `.j2`"
    return _refused(f"{_subject(place)} must be {shape.says}, not {actual}", remedy)


def misfit(shape: Shape, value: Typed, node: ScalarNode, place: Place) -> Remark | None:
    """Why a scalar does not fit a shape; None if it does."""
    if value.is_any:
        return None
    if not value.constant and shape.cast is not None:
        if value.text is None:
            return None
        converted = cast(shape.cast, value.text)
        if converted is None:
            return _refused(
                f"{_subject(place)} must be {shape.says}, but its variables make it something else",
                "set the variable to a valid value where you deploy the stack, or change its "
                "default",
            )
        value = converted
    if not _is_of(value, shape):
        return _wrong_scalar(shape, value, node, place)
    if value.kind == "string" or shape.format == "port":
        return _wrong_text(shape, value.text, place)
    number = value.number
    if shape.minimum is not None and number is not None and number < shape.minimum:
        return _refused(f"{_subject(place)} must not be negative", "use 0 or a positive number")
    return None


def _is_of(value: Typed, shape: Shape) -> bool:
    """Whether the type of a value is one of a shape."""
    kinds = shape.kinds
    if value.kind == "timestamp":
        return shape.dates or ("string" in kinds and "number" in kinds)
    if value.kind == "number" and "number" not in kinds:
        whole = value.number is not None and value.number.is_integer()
        return "integer" in kinds and whole and not shape.strict and not shape.format
    return value.kind in kinds


def _wrong_text(shape: Shape, text: str | None, place: Place) -> Remark | None:
    if text is None:
        return None
    if shape.choices and text not in shape.choices:
        choices = " or ".join(f"`{each}`" for each in shape.choices)
        return _refused(f"{_subject(place)} must be {choices}", f"write {choices}")
    if shape.format is not None and not FORMATS[shape.format].fits(text):
        says = FORMATS[shape.format].says
        return _refused(f"{_subject(place)} must be {says}", f"write {says}")
    return None


def _wrong_scalar(shape: Shape, value: Typed, node: ScalarNode, place: Place) -> Remark:
    subject = f"{_subject(place)} must be {shape.says}"
    kind, text = value.kind, value.text or ""
    if kind == "null":
        return _refused(f"{subject}, but is empty", "add a value, or remove the line")
    if shape.only_booleans and kind == "string":
        return _wrong_boolean(subject, value, node)
    if kind == "string":
        if not value.constant:
            return _refused(
                f"{subject}, but a value with a variable is always a string here",
                "write the value instead of the variable",
            )
        if value.text is None:  # an expression in quotes
            return _refused(f"{subject}, not a string", "remove the quotes")
        numeric = "integer" in shape.kinds and re.fullmatch(_UNQUOTED, text)
        if node.style and numeric and not node.tag:
            return _refused(f"{subject}, not a string", "remove the quotes", text)
        return _refused(f"{subject}, not a string", f"write {shape.says}")
    if "string" in shape.kinds and not node.tag and not shape.format:
        new = f'"{text if kind == "boolean" else node.value}"'
        return _refused(f"{subject}, not {_NAMES[kind]}", "quote the value", new)
    return _refused(f"{subject}, not {_NAMES[kind]}", f"write {shape.says}")


def _wrong_boolean(subject: str, value: Typed, node: ScalarNode) -> Remark:
    if not value.constant:
        return _refused(
            f"{subject}, but a value with a variable is always a string here",
            "write the value instead of the variable",
        )
    if value.text is None:
        return _refused(f"{subject}, not a string", "remove the quotes")
    word = BOOLEAN_WORDS.get(value.text.lower())
    if word is None or node.tag:
        return _refused(f"{subject}, not a string", "write `true` or `false`")
    right = "true" if word else "false"
    if node.style:
        return _refused(f"{subject}, not a string", f"write `{right}` without quotes", right)
    return (
        "old-boolean",
        f"{subject}, but `{node.value}` is a string",
        f"write `{right}`",
        right,
    )


def unknown_key(keys: Keys, name: str, present: Iterable[str] = ()) -> tuple[Remark, str | None]:
    """What is wrong with a key, and the key that it was meant to be, if that is clear."""
    if keys.extensions is None and name.startswith("x-"):
        return _unknown(name, "", "move it up one or more levels, where it is allowed"), None
    if name in keys.forbidden:
        message = f"`docker stack deploy` does not support `{name}`"
        return _bad_key(message, "remove it"), None
    since = keys.extensions if name.startswith("x-") else keys.later.get(name)
    if since:
        message = f'`{name}` needs `version: "{since}"` or later'
        return _bad_key(message, "raise or remove the `version`"), None
    if not name:
        return _bad_key("a key must not be empty", "add a name"), None
    if keys.pattern is not None and not keys.named:
        message = f"`{name}` is not a valid name"
        help_text = "use only letters, digits, `_`, `.` and `-`"
        return _bad_key(message, help_text), None
    if name in keys.elsewhere:
        help_text = "remove it; `docker stack deploy` does not know this key of Docker Compose"
        return _unknown(name, "", help_text), None
    right = _nearest(name, keys)
    if _SERVICES in keys.named and right != _SERVICES and not _is_stack(keys, present):
        help_text = f"put services under `{_SERVICES}`, or leave out what is not a stack file"
        return _unknown(name, "", help_text), None
    if right is None:
        return _unknown(name, "", "remove it"), None
    if right in present:
        return _unknown(name, right, f"remove it, or combine it with `{right}`"), None
    return _unknown(name, right, f"rename it to `{right}`"), right


def _is_stack(keys: Keys, present: Iterable[str]) -> bool:
    """Whether a file has anything of a stack file at its top level."""
    return any(name in keys.named and name != "version" for name in present)


def _unknown(name: str, right: str, help_text: str) -> Remark:
    message = f"unknown key `{_short(without_secret(name))}`"
    if right:
        message += f"; did you mean `{right}`?"
    return _bad_key(message, help_text)


def _nearest(name: str, keys: Keys) -> str | None:
    from difflib import get_close_matches

    lowered = name.lower().replace("-", "_")
    known = {name: name for name in keys.named}
    known |= {name: right for name, right in _MEANT.items() if right in known}
    matches = get_close_matches(lowered, known, n=1, cutoff=0.8)
    return known[matches[0]] if matches else None


def twice() -> Remark:
    """An item that its list already contains; it may be a password, so it is not shown."""
    return _refused("the list contains this item twice", "remove one of them")


def missing(name: str, place: Place) -> Remark:
    """A key that a mapping must have."""
    return _refused(f"{_subject(place)} has no `{name}`", f"add `{name}`")


def no_source() -> Remark:
    """A bind mount without a source."""
    return _refused("a mount of type `bind` has no `source`", "add the path on the host")


def two_names() -> Remark:
    """A resource with a name both inside and next to `external`."""
    return _refused("there is a `name` inside and next to `external`", "keep the one next to it")


def external_with(name: str) -> Remark:
    """A key that an external volume must not have."""
    return _refused(f"an external volume must not have `{name}`", "remove it, or `external`")


def unsupported_version(newest: int) -> Remark:
    """A version of the file format that Docker does not know."""
    return _refused(
        "`docker stack deploy` does not support this version of the file format",
        f"remove `version`, or use one from `3.0` to `3.{newest}`",
    )
