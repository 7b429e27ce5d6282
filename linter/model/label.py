"""Labels of a service as written, and other content found in their place."""

from __future__ import annotations

from collections.abc import Hashable

from linter import TYPE_CHECKING
from linter.model.quotes import QUOTES, are_pair, is_only_a_quote, unquoted
from linter.model.text import Text
from linter.model.vocabulary import PREFIX
from linter.record import Record
from linter.syntax.source import Span

_QUOTES = frozenset(QUOTES)


if TYPE_CHECKING:
    from typing import Literal

    Form = Literal["map", "list"]
    """How a `labels:` block is written."""


class Label(Record):
    """
    One label, and how a service gets it.

    `span` covers key and value. `via` are the aliases through which the service gets the label,
    outermost first; it is empty for a label written in the service itself. `name` is the key
    without the prefix, None for a label that is not for Interlock; `known` says whether Interlock
    reads it; `meant` is the label that a misspelled key was most likely meant to be. If this is a
    label as it was meant, `origin` is the label as it is written.
    """

    __slots__ = ("end", "form", "key", "known", "meant", "name", "origin", "start", "value", "via")

    def __init__(
        self,
        key: Text,
        value: Text,
        start: int,
        end: int,
        form: Form,
        via: tuple[Span, ...] = (),
        name: str | None = None,
        known: bool = False,
        meant: str | None = None,
        origin: Label | None = None,
    ) -> None:
        self.key = key
        self.value = value
        self.start = start
        self.end = end
        self.form = form
        self.via = via
        self.name = name
        self.known = known
        self.meant = meant
        self.origin = origin

    @property
    def as_written(self) -> Label:
        """The label with all that is wrong about its name, its place and its form."""
        return self.origin or self

    @property
    def span(self) -> Span:
        return Span(self.key.source, self.start, self.end)

    @property
    def wording(self) -> Hashable:
        """
        Everything about the label except its position: what is written and what is read.

        With the same configuration, a rule on labels reports the same for equal wordings.
        """
        key, value = self.key, self.value
        read = (key.parts, value.parts, value.kind, value.invalid, value.unset)
        origin = self.origin and self.origin.wording
        return (key.written, value.written, self.form, read, origin)

    @property
    def is_routing(self) -> bool:
        """Whether this is a label for Interlock."""
        return self.name is not None

    @property
    def is_ours(self) -> bool:
        """Whether this is a label for Interlock, or was meant to be one."""
        return self.name is not None or self.meant is not None

    @property
    def is_rejected(self) -> bool:
        """Whether Docker rejects it."""
        is_boolean = self.form == "map" and self.value.kind == "boolean"
        return is_boolean or bool(self.key.invalid or self.value.invalid)

    @property
    def quote(self) -> str:
        """
        The quotation mark that remains around the value when Docker reads it, if any.

        Also one around the key, or around the whole item of a list. It may be any kind of quotation
        mark, or one that has lost its other half: people paste them from documents.
        """
        key, value = self.key.value or "", self.value.value or ""
        last = value[-1:]
        if _QUOTES.isdisjoint((key[:1], value[:1], last)):
            return ""  # the usual case
        if last and last in QUOTES:
            for first in (value[:-1][:1], key[:1]):
                if first and first in QUOTES and are_pair(first, last):
                    return first
        if len(key) > 1 and key[0] in QUOTES and key[-1] in QUOTES:
            return key[0]
        for mark in (value[:1], last):
            if mark and is_only_a_quote(mark):
                return mark
        return ""

    @property
    def is_spaced(self) -> bool:
        """Whether it is written `- key = value`, so that the spaces belong to key and value."""
        if self.form != "list":
            return False
        key, value = self.key, self.value
        if str(key).endswith(" "):
            return True
        # The value may also begin with the default of a variable, which has nothing to do with `=`.
        apart = value.start != key.start
        return str(value).startswith(" ") and not (apart and value.written.startswith("$"))

    @property
    def is_misspelled(self) -> bool:
        """Whether more is wrong about its name than quotes around it or spaces before the `=`."""
        if self.meant is None:
            return False
        key, right = str(self.key), PREFIX + self.meant
        only_quoted = unquoted(key) == right and bool(self.quote)
        return not only_quoted and not (self.is_spaced and key.strip(" ") == right)


class StrayItem(Record):
    """
    An item of a `labels:` list that is not a string; `key: value` gives it a key and a value.

    `meant` is the string it should have been, before interpolation, if that is clear; `labels` are
    the labels it stands for.
    """

    __slots__ = ("key", "labels", "meant", "span", "value")

    def __init__(
        self,
        span: Span,
        key: Text | None = None,
        value: Text | None = None,
        meant: str | None = None,
        labels: tuple[Label, ...] = (),
    ) -> None:
        self.span = span
        self.key = key
        self.value = value
        self.meant = meant
        self.labels = labels


class LabelBlock(Record):
    """
    One `labels:` of a service, with everything written in it.

    `form` is None if it is neither a map nor a list. If it `is_open`, an expression of a template
    may add more labels.
    """

    __slots__ = ("form", "is_open", "key", "labels", "stray", "value")

    def __init__(
        self,
        key: Span,
        form: Form | None,
        value: Span,
        labels: tuple[Label, ...] = (),
        stray: tuple[StrayItem, ...] = (),
        is_open: bool = False,
    ) -> None:
        self.key = key
        self.form = form
        self.value = value
        self.labels = labels
        self.stray = stray
        self.is_open = is_open

    @property
    def meant(self) -> tuple[Label, ...]:
        """All labels written in it, including those in items that are not strings."""
        if not self.stray:
            return self.labels
        stray = (label for item in self.stray for label in item.labels)
        return tuple(sorted((*self.labels, *stray), key=lambda label: label.start))


class Shadowed(Record):
    """
    Labels from a merge that a service does not get, because a key of its own replaces them.

    `by` is that key: `labels`, or the `deploy` around them. `labels_key` is the `labels` of the
    service, if any.
    """

    __slots__ = ("by", "labels", "labels_key")

    def __init__(self, by: Span, labels: tuple[Label, ...], labels_key: Span | None = None) -> None:
        self.by = by
        self.labels = labels
        self.labels_key = labels_key


class Misplaced(Record):
    """
    A routing label, or a block of them, in a place where Docker does not read it as such.

    `labels` are those of Interlock, also misspelled ones; `block` is all of the block, unless the
    key itself is a label.
    """

    __slots__ = ("block", "key", "labels", "parent", "span")

    def __init__(
        self,
        span: Span,
        parent: str,
        key: Text,
        labels: tuple[Label, ...],
        block: LabelBlock | None = None,
    ) -> None:
        self.span = span
        self.parent = parent
        self.key = key
        self.labels = labels
        self.block = block
