"""
What `stack.schema.json` says, in a form that is fast to compare with nodes.

Only JSON Schema keywords that the schema uses are known here; a test compares the verdicts of this
form with those of `jsonschema`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from linter import TYPE_CHECKING
from linter.model.vocabulary import load_schema
from linter.reading.formats import FORMATS

if TYPE_CHECKING:
    from typing import Any

    from linter.syntax.scalars import Kind

NEWEST = 13
"""The latest minor version of the file format; a file without `version` has this one."""

_KINDS: dict[str, tuple[Kind, ...]] = {
    "string": ("string",),
    "integer": ("integer",),
    "number": ("integer", "number"),
    "boolean": ("boolean",),
    "null": ("null",),
}
_WITHOUT_EFFECT = frozenset({"description", "examples", "x-since"})
_WORDS = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "`true` or `false`",
    "null": "null",
    "array": "a list",
    "object": "a mapping",
}


class Shape:
    """
    What a value may be.

    `kinds` are the types of scalars, `mapping` and `items` say what collections contain, and are
    None if there must be no such collection. `known` and `quoted` remember texts that fit.
    """

    def __init__(self) -> None:
        self.kinds: frozenset[Kind] = frozenset()
        self.types: list[str] = []
        self.format: str | None = None
        self.cast: str | None = None
        self.choices: tuple[str, ...] = ()
        self.minimum: int | None = None
        self.strict = False
        self.dates = False
        self.anything = False
        self.mapping: Keys | None = None
        self.items: Shape | None = None
        self.unique = False
        self.is_labels = False
        self.ignored = False
        self.inner: Keys | None = None
        self.listed: Shape | None = None
        """The same as `mapping` and `items`, unless the shape needs more attention."""
        self.free = False
        """Whether any string fits."""
        self.known: set[str] = set()
        self.quoted: set[str] = set()

    @property
    def says(self) -> str:
        """What it may be, in words."""
        form = FORMATS[self.format].says if self.format else None
        words = [form if form and name == "string" else _WORDS[name] for name in self.types]
        if form and "integer" in self.types:
            words.remove(_WORDS["integer"])
        *most, last = words or [""]
        return f"{', '.join(most)} or {last}" if most else last

    @property
    def only_booleans(self) -> bool:
        """Whether words can only be meant as booleans, because no string fits."""
        return "boolean" in self.kinds and "string" not in self.kinds


class Named:
    """The shapes of named keys; each is made when it is needed, because a file has few of them."""

    def __init__(self, make: Callable[[Any], Shape]) -> None:
        self.schemas: dict[str, Any] = {}
        self._make = make

    def __contains__(self, name: str) -> bool:
        return name in self.schemas

    def __iter__(self) -> Iterator[str]:
        return iter(self.schemas)

    def __bool__(self) -> bool:
        return bool(self.schemas)

    def __getitem__(self, name: str) -> Shape:
        return self._make(self.schemas[name])


class Keys:
    """
    The keys of a mapping: `named` ones, and `others` that match `pattern`, and the `rest`;
    `empty` says whether a name may be empty.

    `later` are keys that only later versions of the format know, with their version. `forbidden`
    and `elsewhere` are keys that Docker refuses for its own reasons, or that Compose knows.
    """

    def __init__(self, make: Callable[[Any], Shape]) -> None:
        self.named = Named(make)
        self.pattern: str | None = None
        self.empty = True
        self.others: Shape | None = None
        self.rest: Shape | None = None
        self.extensions: str | None = None
        self.required: tuple[str, ...] = ()
        self.check: str | None = None
        self.has_conditions = False
        """Whether there is anything `required`, or to `check`."""
        self.later: dict[str, str] = {}
        self.forbidden: frozenset[str] = frozenset()
        self.elsewhere: frozenset[str] = frozenset()
        self.shapes: dict[str | None, Shape] = {}
        """The shapes of the values by name, as they are met."""


ANYTHING = Shape()
ANYTHING.anything = True


@cache
def stack_shape(version: int) -> Shape:
    """The shape of a whole stack file in a minor version of the format."""
    schema = load_schema("stack")
    return _Compiler(schema, version).shape(schema)


class _Compiler:
    def __init__(self, schema: Any, version: int) -> None:
        self.definitions: dict[str, Any] = schema["$defs"]
        self.version = version
        self._shapes: dict[tuple[str, bool], Shape] = {}
        self._scalars: dict[str, Shape] = {}

    def shape(self, node: Any) -> Shape:
        """The shape of a schema; a definition has the same one wherever it is used."""
        reference = node.get("$ref")
        if reference is None:
            return self._compiled(node) if "type" not in node else self._typed(node)
        name, ignored = reference.removeprefix("#/$defs/"), "x-ignored" in node
        found = self._shapes.get((name, ignored))
        if found is None:
            found = self._shapes[name, ignored] = self._compiled(self.definitions[name])
            found.ignored = ignored
            found.free = found.free and not ignored
            _simplify(found)
        return found

    def _typed(self, node: Any) -> Shape:
        """The shape of a schema with a type; those of equal scalars are the same one."""
        if node["type"] in ("object", "array"):
            return self._compiled(node)
        wording = repr([pair for pair in node.items() if pair[0] not in _WITHOUT_EFFECT])
        found = self._scalars.get(wording)
        if found is None:
            found = self._scalars[wording] = self._compiled(node)
        return found

    def _compiled(self, node: Any) -> Shape:
        shape = Shape()
        shape.is_labels = "allOf" in node
        shape.ignored = "x-ignored" in node
        shape.cast = node.get("x-cast")
        types: list[str] = []
        for branch in self._branches(node):
            self._add(shape, branch)
            kinds = branch.get("type", [])
            types += [kinds] if isinstance(kinds, str) else kinds
        shape.anything = not types
        shape.free = "string" in shape.kinds and not (
            shape.format or shape.choices or shape.ignored or shape.is_labels
        )
        _simplify(shape)
        shape.types = types
        return shape

    def _branches(self, node: Any) -> Iterator[Any]:
        """The alternatives of a schema; no two of them allow the same type."""
        if "allOf" in node:
            node = node["allOf"][0]
        if "$ref" in node:
            node = {**self.definitions[node["$ref"].removeprefix("#/$defs/")], **node}
        if "anyOf" not in node:
            yield node
            return
        for branch in node["anyOf"]:
            if self._exists(branch):
                yield from self._branches(branch)

    def _exists(self, node: Any) -> bool:
        return _minor(node.get("x-since", "3.0")) <= self.version

    def _add(self, shape: Shape, node: Any) -> None:
        types = node.get("type", [])
        for name in [types] if isinstance(types, str) else types:
            if name == "object":
                shape.mapping = self._keys(node)
            elif name == "array":
                shape.items = self.shape(node["items"])
                shape.unique = node.get("uniqueItems", False)
            else:
                shape.kinds |= frozenset(_KINDS[name])
        shape.format = node.get("format", shape.format)
        shape.cast = node.get("x-cast", shape.cast)
        shape.choices = tuple(node.get("enum", shape.choices))
        shape.minimum = node.get("minimum", shape.minimum)
        shape.strict = shape.strict or node.get("x-strict", False)
        shape.dates = shape.dates or node.get("x-dates", False)

    def _keys(self, node: Any) -> Keys:
        keys = Keys(self.shape)
        for name, each in node.get("properties", {}).items():
            if self._exists(each):
                keys.named.schemas[name] = each
            else:
                keys.later[name] = each["x-since"]
        for pattern, each in node.get("patternProperties", {}).items():
            if pattern == "^x-":
                keys.extensions = each["x-since"] if not self._exists(each) else ""
            else:
                keys.pattern, keys.others = pattern, self.shape(each)
        keys.empty = "propertyNames" not in node
        rest = node.get("additionalProperties", {})
        if rest is not False and self._exists(rest):
            if keys.pattern is None and not keys.named and rest:
                keys.others = self.shape(rest)  # all names are alike
            else:
                keys.rest = self.shape(rest)
        keys.required = tuple(node.get("required", ()))
        keys.check = node.get("x-check")
        keys.has_conditions = bool(keys.check or keys.required)
        keys.forbidden = frozenset(node.get("x-forbidden", ()))
        keys.elsewhere = frozenset(node.get("x-compose", ()))
        return keys


def _simplify(shape: Shape) -> None:
    """Note what needs no more attention than its types."""
    simple = not (shape.ignored or shape.is_labels)
    shape.inner = shape.mapping if simple else None
    shape.listed = shape.items if simple else None


def _minor(version: str) -> int:
    return int(version.partition(".")[2])
