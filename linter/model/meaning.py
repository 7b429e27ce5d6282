"""
Reads labels as they were meant, although something is wrong with their form, name or place.

So one mistake does not hide others: what is said about the labels still holds when it is put right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from linter.model.label import Label, LabelBlock, Misplaced
from linter.model.quotes import QUOTES, unquoted
from linter.model.text import Text
from linter.model.vocabulary import PREFIX, rows
from linter.syntax.interpolation import Parts, cut, unreadable

_EDGES = frozenset(QUOTES + " ")


def _is_plain(label: Label) -> bool:
    """Whether nothing can be wrong with a label, which is the usual case."""
    value = label.value
    text = value.value
    if not text or not label.known or text[0] in _EDGES or text[-1] in _EDGES:
        return False
    return not value.is_rewritten and label.name not in _with_words()


@cache
def _with_words() -> frozenset[str | None]:
    """The labels whose values may be other words than those that are meant."""
    return frozenset(name for name, row in rows().items() if row.choices and not row.is_switch)


def as_meant(label: Label) -> Label:
    """The label that was meant: this one, if nothing is wrong with it that is clear."""
    if _is_plain(label):
        return label
    formed = well_formed(label)
    word = _word(formed)
    if word is None:
        return formed
    meant = _copy(formed.value, (word,), formed.value.start, formed.value.end)
    return formed._replace(value=meant, origin=label)


def _word(label: Label) -> str | None:
    """The value that was meant, where the one that is read is different and that is certain."""
    row, value = rows().get(label.name or ""), label.value
    if value.is_rewritten and label.is_routing:
        return value.written if row is None or row.fits(value.written) else None
    return row.meant(value.value or "") if row and label.name in _with_words() else None


def well_formed(label: Label) -> Label:
    """The label with its name and its value as they were meant to be read."""
    name = label.name if label.known else label.meant
    if name is None or label.key.value is None:
        return label
    key, value = label.key, _value(label)
    if label.known and value is label.value:
        return label
    if not label.known:
        key = Text(key.source, key.start, key.end, (PREFIX + name,), "string", key.style)
    return label._replace(key=key, value=value, name=name, known=True, meant=None, origin=label)


def _value(label: Label) -> Text:
    """The value without quotes and spaces that do not belong to it."""
    key, value = str(label.key), label.value
    colon = key.find(":", len(PREFIX)) if label.is_misspelled else -1
    if colon > 0:
        rest = filter(None, (key[colon + 1 :].strip(" "), str(value)))
        return _copy(value, ("=".join(rest),), label.start, label.end)
    shown = str(value)
    start, end = 0, len(shown)
    if label.form == "list":
        start = end - len(shown.lstrip(" "))
    if label.quote:
        inside = unquoted(shown[start:])
        if inside not in shown and value.value is not None:  # there are some around items too
            return _copy(value, (inside,), value.start, value.end)
        inside = shown[start:].strip(QUOTES)
        start = shown.find(inside) if inside else end
        end = start + len(inside)
    if (start, end) != (0, len(shown)):
        span = value.part(start, end)
        return _copy(value, cut(value.parts, start, end), span.start, span.end)
    if value.invalid and _is_escapable(shown):
        return _copy(value, value.parts, value.start, value.end)
    return value


def _copy(text: Text, parts: Parts, start: int, end: int) -> Text:
    return Text(text.source, start, end, parts, "string", text.style, None, text.unset)


def _is_escapable(text: str) -> bool:
    """Whether each `$` in a text would be literal if it were escaped."""
    wrong = list(unreadable(text))
    return len(wrong) == text.count("$") and "${" not in text


def labels_as_meant(
    labels: tuple[Label, ...],
    blocks: Iterable[LabelBlock],
    misplaced: Sequence[Misplaced],
    containers: Sequence[Label],
) -> tuple[Label, ...]:
    """
    The labels that a service was meant to have; `labels` themselves if nothing is wrong with them.

    A label in the right place wins over one elsewhere, and in one place a correct name over a
    misspelled one. A label that loses stays as it is written, if Docker reads it or would do so.
    """
    elsewhere = list(_groups(misplaced, containers)) if misplaced or containers else ()
    for label in labels:
        if label.is_ours and not (_is_plain(label) or as_meant(label) is label):
            break
    else:
        if not elsewhere and not any(block.stray for block in blocks):
            return labels
    own = {label.key.parts: label for block in blocks for label in block.meant}
    meant = list(map(as_meant, own.values()))
    chosen = _chosen(meant)
    for group in elsewhere:
        chosen = _chosen(map(as_meant, group)) | chosen
    winners = {id(label): label for label in chosen.values()}
    read = [label if id(label) in winners else label.as_written for label in meant]
    written = {id(label.as_written) for label in (*winners.values(), *read)}
    misspelled = [
        label
        for each in misplaced
        for label in each.labels
        if label.is_misspelled and id(label) not in written
    ]
    known = set(map(id, read))
    return (*read, *(each for key, each in winners.items() if key not in known), *misspelled)


def _groups(
    misplaced: Iterable[Misplaced], containers: Iterable[Label]
) -> Iterator[Sequence[Label]]:
    """The labels that are elsewhere, by place, the one closest to the right place first."""
    bare: dict[str, list[Label]] = {}
    blocks: dict[str, list[Sequence[Label]]] = {}
    for each in misplaced:
        if each.block:
            blocks.setdefault(each.parent, []).append(each.labels)
        else:
            bare.setdefault(each.parent, []).extend(each.labels)
    for parent in ("`labels`", "`deploy`", "the service") if bare or blocks else ():
        yield from blocks.get(parent, ())
        yield bare.get(parent, ())
    found = [label for label in containers if label.is_ours]
    if found:
        yield found


def _chosen(labels: Iterable[Label]) -> dict[str, Label]:
    """The labels of one place by name, as they were meant: the last one, or else a misspelled."""
    right: dict[str, Label] = {}
    misspelled: dict[str, Label] = {}
    for label in labels:
        if label.name is None:
            continue
        if label.as_written.is_misspelled:
            misspelled.setdefault(label.name, label)
        else:
            right[label.name] = label
    return misspelled | right
