"""
Host names outside ASCII: which spellings are one name, and which one browsers send.

Requests carry host names in ASCII. Browsers turn a name into ASCII as UTS #46 describes it, without
its transitional mappings: `straße` is `xn--strae-oqa`, not `strasse`. Python's own codec follows
the older IDNA 2003, where it is `strasse`, so the tables are those of the package `idna`.
"""

from __future__ import annotations

import re
import unicodedata

from linter.syntax.interpolation import Parts, Variable, display, join, lower, lowered

_DOTS = re.compile("[.\u3002\uff0e\uff61]")
"""What separates labels; the last three are dots of East Asian texts."""

_LONGEST_NAME = 253
_LONGEST_LABEL = 63

_MOST_CHARACTERS = 4 * _LONGEST_LABEL
"""In a label; it has up to four times as many characters when decomposed."""


def ascii_form(name: str) -> str | None:
    """The name as browsers send it, in ASCII; None if no valid name corresponds to it."""
    if name.isascii():
        return lower(name)
    labels = [_encoded(composed(label)) for label in _DOTS.split(name)]
    if any(label is None for label in labels):
        return None
    encoded = ".".join(map(str, labels))
    return encoded if len(encoded.removesuffix(".")) <= _LONGEST_NAME else None


def canonical(parts: Parts) -> Parts:
    """
    The form in which names are compared: as browsers send it, where that is known.

    A label with a variable and characters outside ASCII becomes a variable as a whole, because its
    encoded form depends on every character.
    """
    if all(isinstance(part, Variable) or part.isascii() for part in parts):
        return lowered(parts)
    labels: list[list[str | Variable]] = [[]]
    for part in parts:
        if isinstance(part, Variable):
            labels[-1].append(part)
            continue
        first, *others = _DOTS.split(part)
        labels[-1].append(first)
        labels.extend([text] for text in others)
    dotted = [part for label in labels for part in (".", *_label(join(label)))]
    return join(dotted[1:])


def composed(text: str) -> str:
    """The text in normal form C, with ASCII letters in lower case."""
    return unicodedata.normalize("NFC", lower(unicodedata.normalize("NFC", text)))


def _label(parts: Parts) -> Parts:
    normal = [part if isinstance(part, Variable) else composed(part) for part in parts]
    if all(isinstance(part, Variable) or part.isascii() for part in normal):
        return tuple(normal)
    text = display(tuple(normal))
    if len(normal) > 1:  # one of them is a variable
        return (Variable(text),)
    return (_encoded(text) or text,)


def _encoded(label: str) -> str | None:
    """A composed label in ASCII; None if it is not valid. A label in ASCII is not checked."""
    if label.isascii():
        return label
    if len(label) > _MOST_CHARACTERS:
        return None
    import idna

    try:
        mapped = idna.uts46_remap(label, std3_rules=True)
        if mapped.isascii():
            return mapped or None
        idna.check_initial_combiner(mapped)
        idna.check_bidi(mapped)
        joiners = [place for place, each in enumerate(mapped) if each in "\u200c\u200d"]
        is_valid = all(idna.valid_contextj(mapped, place) for place in joiners)
    except ValueError:  # of which the package's own errors are a kind
        return None
    encoded = f"xn--{mapped.encode('punycode').decode()}"
    if mapped.startswith("xn--") or len(encoded) > _LONGEST_LABEL:
        return None
    return encoded if is_valid else None
