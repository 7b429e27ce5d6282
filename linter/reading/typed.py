"""The values of scalars with their types, after variables are replaced."""

from __future__ import annotations

import re
from collections.abc import Hashable

from linter import TYPE_CHECKING
from linter.reading.formats import is_number
from linter.reading.resolver import Resolver
from linter.record import Record
from linter.syntax.interpolation import InvalidInterpolation, interpolate
from linter.syntax.mask import has_hole
from linter.syntax.nodes import MappingNode, ScalarNode, Value, follow
from linter.syntax.scalars import Undecodable, is_plainly_a_string, resolve

if TYPE_CHECKING:
    from linter.syntax.scalars import Kind

BOOLEAN_WORDS = {
    **dict.fromkeys(("true", "yes", "y", "on"), True),
    **dict.fromkeys(("false", "no", "n", "off"), False),
}
"""What Docker takes for a boolean after a variable is replaced, in lower case."""

_INTEGER = r"[-+]?[0-9]+"


class Typed(Record):
    """
    The type and text of a scalar; the text is None if it depends on an unknown variable.

    `constant` means that it contains no variable at all. If `is_any`, its type depends on an
    expression of a template.
    """

    __slots__ = ("constant", "is_any", "kind", "text")

    def __init__(
        self,
        kind: Kind,
        text: str | None,
        constant: bool = True,
        is_any: bool = False,
    ) -> None:
        self.kind = kind
        self.text = text
        self.constant = constant
        self.is_any = is_any

    @property
    def number(self) -> float | None:
        """Its value, if it is a number."""
        is_a_number = self.kind in ("integer", "number") and self.text is not None
        return float(self.text or "") if is_a_number else None


def typed(resolver: Resolver, scalar: ScalarNode) -> Typed | None:
    """The value of a scalar; None if Docker refuses it, whatever its place."""
    kind: Kind = "string"
    text = scalar.value
    if resolver.has_holes and has_hole(text):
        return Typed("string", None, is_any=scalar.plain)
    if not is_plainly_a_string(scalar):
        try:
            resolved = resolve(scalar)
        except Undecodable:
            resolver.resolve(scalar)
            return None
        kind, text = resolved.kind, resolved.text
    if kind != "string" or "$" not in text:
        return Typed(kind, text)
    try:
        parts = interpolate(text, resolver.environment)
    except InvalidInterpolation:
        return None  # reported for all scalars of the file
    known = not parts or (len(parts) == 1 and isinstance(parts[0], str))
    return Typed("string", "".join(map(str, parts)) if known else None, constant=False)


def cast(name: str, text: str) -> Typed | None:
    """Convert the text of a value with variables to the type with this name; None if invalid."""
    if name == "boolean":
        word = BOOLEAN_WORDS.get(text.lower())
        return None if word is None else Typed("boolean", "true" if word else "false")
    if name == "integer":
        fits = re.fullmatch(_INTEGER, text) and -(2**63) <= float(text) < 2**63
        return Typed("integer", text) if fits else None
    return Typed("number", "0") if is_number(text) else None


def canonical(resolver: Resolver, node: Value) -> Hashable:
    """Equal for values that are equal as JSON; None if a value is not fully known."""
    if isinstance(node, ScalarNode):
        value = typed(resolver, node)
        if value is None or value.text is None:
            return None
        number = value.number
        return ("number", number) if number is not None else (value.kind, value.text)
    if isinstance(node, MappingNode):
        entries = resolver.entries(node)
        pairs = [(name, canonical(resolver, entry.value)) for name, entry in entries.items()]
        return None if any(each is None for _, each in pairs) else frozenset(pairs)
    items = tuple(canonical(resolver, follow(item)) for item in node.children)
    return None if None in items else items
