"""Labels of a service as written, and what stands where labels are expected."""

from __future__ import annotations

from collections.abc import Hashable
from enum import StrEnum
from typing import NamedTuple

from linter.model.text import Text
from linter.syntax.source import Span


class Form(StrEnum):
    """How a `labels:` block is written."""

    MAP = "map"
    LIST = "list"


class Label(NamedTuple):
    """
    One label, and how a service comes by it.

    `span` runs from key to value. `via` are the aliases through which the service gets the label,
    outermost first; it is empty for a label that is written in the service itself. `name` is the
    key without the prefix, None for a label that is no business of Interlock; `known` tells whether
    Interlock reads it, `meant` which one its author meant by a near miss.
    """

    key: Text
    value: Text
    start: int
    end: int
    form: Form
    via: tuple[Span, ...] = ()
    name: str | None = None
    known: bool = False
    meant: str | None = None

    @property
    def span(self) -> Span:
        return Span(self.key.source, self.start, self.end)

    @property
    def wording(self) -> Hashable:
        """
        All that it says, as written and as read, wherever it stands.

        Of labels that have it in common, a rule on labels says the same under one configuration.
        """
        key, value = self.key, self.value
        read = (key.parts, value.parts, value.kind, value.invalid, value.unset)
        return (key.written, value.written, self.form, read)

    @property
    def is_routing(self) -> bool:
        """Whether this is a label that Interlock looks at."""
        return self.name is not None

    @property
    def is_ours(self) -> bool:
        """Whether it is a label that Interlock looks at, or was meant to be one."""
        return self.name is not None or self.meant is not None

    @property
    def quote(self) -> str:
        """The quotation mark that Docker leaves around the value, if it does."""
        value = self.value.value
        if not value or value[-1] not in "'\"":
            return ""
        return value[0] if len(value) > 1 and value[0] == value[-1] else ""

    @property
    def is_spaced(self) -> bool:
        """Whether it is written `- key = value`, so that spaces belong to key or value."""
        if self.form is not Form.LIST:
            return False
        return str(self.key).endswith(" ") or str(self.value).startswith(" ")


class StrayItem(NamedTuple):
    """
    An item of a `labels:` list that is no string; key and value where it is `key: value`.

    `meant` is the string that it should have been, before interpolation, where that is clear.
    """

    span: Span
    key: Text | None = None
    value: Text | None = None
    meant: str | None = None


class LabelBlock(NamedTuple):
    """
    One `labels:` of a service, with all that is written in it.

    `form` is None where it is neither a map nor a list. `shadowed` are labels that a merge would
    have brought, had this block not taken their place, with the span where they stand;
    `shadowing` is the key that takes it: this `labels`, or the `deploy` around it.
    """

    key: Span
    form: Form | None
    value: Span
    labels: tuple[Label, ...] = ()
    stray: tuple[StrayItem, ...] = ()
    shadowed: tuple[Label, ...] = ()
    shadowing: Span | None = None


class Misplaced(NamedTuple):
    """A routing label, or a block of them, where Docker takes it for something else."""

    span: Span
    parent: str
    names: tuple[str, ...]
    key: Text
