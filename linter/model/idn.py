"""
Host names outside ASCII: which spellings are the same name, and which one browsers use.

Requests carry host names in ASCII. Browsers turn a name into ASCII as UTS #46 describes it, without
its transitional mappings: `straße` is `xn--strae-oqa`, not `strasse`. Python's own codec follows
the older IDNA 2003, where it is `strasse`, so the tables are those of the package `idna`.
"""

from __future__ import annotations

import re
from unicodedata import normalize

from linter.syntax.interpolation import Parts, Variable, display, join, lower

_DOTS = re.compile("[.\u3002\uff0e\uff61]")
"""What separates labels; the last three are dots of East Asian texts."""

_LONGEST_NAME = 253
_LONGEST_LABEL = 63


def canonical(parts: Parts) -> Parts:
    """
    The form in which names are compared: as browsers use it, where that is known.

    A label with a variable and characters outside ASCII becomes a variable as a whole, because its
    encoded form depends on every character. What cannot be encoded is compared in normal form C.
    """
    name = tuple(part if isinstance(part, Variable) else _composed(part) for part in parts)
    if _is_ascii(name) or sum(map(len, map(str, name))) > _LONGEST_NAME:
        return join(name)
    labels: list[list[str | Variable]] = [[]]
    for part in name:
        if isinstance(part, Variable):
            labels[-1].append(part)
            continue
        first, *others = _DOTS.split(part)
        labels[-1].append(first)
        labels.extend([text] for text in others)
    dotted = [part for label in labels for part in (".", *_label(join(label)))]
    return join(dotted[1:])


def _composed(text: str) -> str:
    """The text in normal form C, with ASCII letters in lower case."""
    return normalize("NFC", lower(normalize("NFC", text)))


def _is_ascii(parts: Parts) -> bool:
    return all(isinstance(part, Variable) or part.isascii() for part in parts)


def _label(parts: Parts) -> Parts:
    text = display(parts)
    if _is_ascii(parts):
        return parts
    return (Variable(text),) if len(parts) > 1 else (_encoded(text) or text,)


def _encoded(label: str) -> str | None:
    """A composed label in ASCII; None if it has no valid form there."""
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
