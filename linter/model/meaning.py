"""
Reads labels as they were meant, although something is wrong with their form, name or place.

So one mistake does not hide others: what is said about the labels still holds when it is mended.
"""

from __future__ import annotations

from collections.abc import Iterable

from linter.model.label import QUOTES, Form, Label, LabelBlock, Misplaced, unquoted
from linter.model.text import Kind, Parts, Text, cut, unreadable
from linter.model.vocabulary import PREFIX, rows

_EDGES = frozenset(QUOTES + " ")


def as_meant(label: Label) -> Label:
    """The label that was meant: this one, if nothing is wrong with its name and its form."""
    value = label.value.value
    if label.known and value is not None and (not value or _EDGES.isdisjoint(value[:1] + value[-1])):
        return label
    name = label.name if label.known else label.meant
    if name is None or label.key.value is None:
        return label
    key, value_text = label.key, _value(label)
    if label.known and value_text is label.value:
        return label
    if not label.known:
        key = Text(key.source, key.start, key.end, (PREFIX + name,), Kind.STRING, key.style)
    known = name in rows() or label.known
    return label._replace(
        key=key, value=value_text, name=name, known=known, meant=None, origin=label.as_written
    )


def _value(label: Label) -> Text:
    """The value without quotes and spaces that do not belong to it."""
    key, value = str(label.key), label.value
    colon = key.find(":", len(PREFIX)) if label.is_misspelled else -1
    if colon > 0:
        rest = filter(None, (key[colon + 1 :].strip(" "), str(value)))
        return _copy(value, ("=".join(rest),), label.start, label.end)
    shown = str(value)
    start, end = 0, len(shown)
    if label.form is Form.LIST:
        start = end - len(shown.lstrip(" "))
    if label.quote:
        inside = unquoted(shown[start:])
        start = shown.find(inside) if inside else end
        end = start + len(inside)
    if (start, end) != (0, len(shown)):
        span = value.part(start, end)
        return _copy(value, cut(value.parts, start, end), span.start, span.end)
    if value.invalid and _is_escapable(shown):
        return _copy(value, value.parts, value.start, value.end)
    return value


def _copy(text: Text, parts: Parts, start: int, end: int) -> Text:
    return Text(text.source, start, end, parts, Kind.STRING, text.style, None, text.unset)


def _is_escapable(text: str) -> bool:
    """Whether each `$` in a text would be literal if it were escaped."""
    wrong = list(unreadable(text))
    return len(wrong) == text.count("$") and "${" not in text


def labels_as_meant(
    labels: tuple[Label, ...],
    blocks: Iterable[LabelBlock],
    misplaced: Iterable[Misplaced],
    containers: Iterable[Label],
) -> tuple[Label, ...]:
    """
    The labels that a service was meant to have; `labels` themselves if nothing is wrong with them.

    A label in the right place wins over one elsewhere, and a correct name over a misspelled one.
    One that loses stays as it is written, if Docker reads it.
    """
    elsewhere = [label for each in misplaced for label in each.labels]
    elsewhere += (label for label in containers if label.is_ours)
    is_plain = not elsewhere and not any(block.stray for block in blocks)
    if is_plain and all(as_meant(label) is label for label in labels):
        return labels
    own = {label.key.parts: label for block in blocks for label in block.meant}
    meant = list(map(as_meant, own.values()))
    right = (each for each in meant if each.is_ours and not each.as_written.is_misspelled)
    chosen: dict[str | None, Label] = {label.name: label for label in right}
    elsewhere.sort(key=lambda label: label.is_misspelled)
    for label in (*meant, *map(as_meant, elsewhere)):
        if label.name is not None:
            chosen.setdefault(label.name, label)
    winners = set(map(id, chosen.values()))
    read = [label if id(label) in winners else label.as_written for label in meant]
    winners.difference_update(map(id, read))
    return (*read, *(label for label in chosen.values() if id(label) in winners))
