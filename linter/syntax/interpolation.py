"""
Replaces `${VAR}` the way Docker does, and keeps unknown variables.

`docker stack deploy` takes variables only from its own environment; it does not read a `.env` file.
The linter knows this environment only if it is passed in. So a variable is *set*, *unset* or
*unknown*, and the text around an unknown variable stays known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from linter.record import Record

# The last two are a small s and a capital K to Go, which takes letters in either case.
_LETTER = "_a-zA-Z\u017f\u212a"
_VARIABLE = rf"[{_LETTER}][{_LETTER}0-9]*"
_DEFAULT = r":?[-?][^}]*"
# Docker's own pattern allows a default after a bare $VAR too: `$HOST-web` is HOST, or "web".
_BARE = rf"(?P<escaped>\$)|(?P<named>{_VARIABLE}(?:{_DEFAULT})?)"
_DOLLAR = rf"\$(?:{_BARE}|\{{(?P<braced>{_VARIABLE}(?:{_DEFAULT})?)\}}|(?P<invalid>))"
# The same, for a text without `}`.
_UNCLOSED = rf"\$(?:{_BARE}|(?P<braced>(?!))|(?P<invalid>))"
# In this order Docker looks for one, wherever it stands: `${A:?no a-z}` is `A:?no a`, or else "z".
_OPERATORS = (":-", "-", ":?", "?")
_LOWER = {capital: capital + 32 for capital in range(ord("A"), ord("Z") + 1)}


class Variable:
    """A variable whose value is unknown; an expression with the same name is equal to it."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Variable) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    def __str__(self) -> str:
        return f"${{{self.name}}}"


class Expression(Variable):
    """An expression of a template, as written; its value is unknown."""

    __slots__ = ()

    def __str__(self) -> str:
        return self.name


Parts = tuple[str | Variable, ...]


class Environment(Record):
    """
    The known variables.

    `complete` means that there are no others, for example because `--env-file` or `--env` was used:
    any other variable is unset. Otherwise, any other variable is unknown.
    """

    __slots__ = ("complete", "variables")

    def __init__(
        self,
        variables: Mapping[str, str] = MappingProxyType({}),
        complete: bool = False,
    ) -> None:
        self.variables = variables
        self.complete = complete


class InvalidInterpolation(ValueError):
    """A `$` that Docker cannot read, or a required variable that is unset; `reason` says which."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


def interpolate(text: str, environment: Environment) -> Parts:
    """
    Replace the variables in a text.

    The result alternates between known text and unknown variables as needed; a fully known text is
    one part, an empty text has no parts. Raises InvalidInterpolation.
    """
    if "$" not in text:
        return (text,) if text else ()
    parts: list[str | Variable] = []
    end = 0
    error: InvalidInterpolation | None = None
    for match in _dollars(text):
        parts.append(text[end : match.start()])
        end = match.end()
        if match["escaped"]:
            parts.append("$")
        elif variable := match["named"] or match["braced"]:
            try:
                parts.append(_substitute(variable, environment, match.start()))
                error = None  # Docker only keeps in mind how the last variable went
            except InvalidInterpolation as refusal:
                error = refusal
        else:
            error = error or InvalidInterpolation(
                "a literal `$` must be written as `$$`", match.start()
            )
    if error:
        raise error
    parts.append(text[end:])
    return join(parts)


def _dollars(text: str) -> Iterator[re.Match[str]]:
    """Every `$` with what belongs to it."""
    # Behind the last `}`, each `${` would be followed to the end of the text, in vain.
    closed = text.rfind("}") + 1
    yield from re.compile(_DOLLAR).finditer(text, 0, closed)
    if text.find("$", closed) >= 0:
        yield from re.compile(_UNCLOSED).finditer(text, closed)


def unreadable(text: str) -> Iterator[int]:
    """The offsets of every `$` that Docker cannot read, regardless of the environment."""
    for match in _dollars(text):
        if match["invalid"] is not None:
            yield match.start()


def messages_with_dash(text: str) -> Iterator[tuple[int, int, str, str]]:
    """
    Variables with a message that Docker takes for a default, because it contains a dash.

    Gives the offsets of each, its name, and what Docker replaces it with.
    """
    if "?" not in text:
        return
    for match in _dollars(text):
        variable = match["named"] or match["braced"] or ""
        name = variable.partition("?")[0].removesuffix(":")
        if name != variable and "-" not in name and "-" in variable:
            operator = ":-" if ":-" in variable else "-"
            yield match.start(), match.end(), name, variable.partition(operator)[2]


def join(parts: Iterable[str | Variable]) -> Parts:
    """Join adjacent known texts and drop empty ones."""
    joined: list[str | Variable] = []
    texts: list[str] = []  # adjacent ones, joined all at once because there may be many
    for part in (*parts, None):
        if isinstance(part, str):
            texts.append(part)
            continue
        if text := "".join(texts):
            joined.append(text)
        texts.clear()
        if part is not None:
            joined.append(part)
    return tuple(joined)


def _substitute(text: str, environment: Environment, offset: int) -> str | Variable:
    operator = next((each for each in _OPERATORS if each in text), "")
    name, _, rest = text.partition(operator) if operator else (text, "", "")
    value = environment.variables.get(name)
    missing = not value if operator.startswith(":") else value is None
    if not missing:
        return value or ""
    if operator.endswith("-"):
        return rest
    if not environment.complete:
        return Variable(name)
    if operator.endswith("?"):
        raise InvalidInterpolation(f"the required variable `{name}` is not set", offset)
    return ""


class Piece(Record):
    """A part of a text between separators, with its offsets in the displayed text."""

    __slots__ = ("end", "parts", "start")

    def __init__(self, start: int, end: int, parts: Parts) -> None:
        self.start = start
        self.end = end
        self.parts = parts


def split(parts: Parts, separator: str) -> Iterator[Piece]:
    """The pieces of a text without surrounding blanks; assumes no separators inside variables."""
    if len(parts) == 1 and isinstance(parts[0], str):  # the usual case
        start = 0
        for text in parts[0].split(separator):
            bare = text.strip(" ")
            left = start + text.find(bare[0]) if bare else start
            yield Piece(left, left + len(bare), (bare,) if bare else ())
            start += len(text) + 1
        return
    piece: list[str | Variable] = []
    start = offset = 0
    for part in parts:
        if isinstance(part, Variable):
            piece.append(part)
            offset += len(str(part))
            continue
        first, *others = part.split(separator)
        piece.append(first)
        offset += len(first)
        for text in others:
            yield _piece(start, offset, piece)
            start = offset + 1
            piece = [text]
            offset = start + len(text)
    yield _piece(start, offset, piece)


def _piece(start: int, end: int, parts: list[str | Variable]) -> Piece:
    """A piece without surrounding blanks; an empty one keeps its start."""
    first, last = parts[0] if parts else "", parts[-1] if parts else ""
    left = len(first) - len(first.lstrip(" ")) if isinstance(first, str) else 0
    right = len(last) - len(last.rstrip(" ")) if isinstance(last, str) else 0
    if left >= end - start:
        return Piece(start, start, ())
    return Piece(start + left, end - right, cut(join(parts), left, end - start - right))


def partition(parts: Parts, separator: str) -> tuple[Parts, Parts | None]:
    """What is before and after the first separator outside of variables; None after without one."""
    for index, part in enumerate(parts):
        if isinstance(part, str) and separator in part:
            left, _, right = part.partition(separator)
            return join((*parts[:index], left)), join((right, *parts[index + 1 :]))
    return parts, None


def display(parts: Parts) -> str:
    """The text for display; unknown variables are shown as `${NAME}`."""
    if len(parts) == 1 and isinstance(parts[0], str):  # the usual case
        return parts[0]
    return "".join(map(str, parts))


def is_known(parts: Parts) -> bool:
    """Whether no part of a text depends on an unknown variable."""
    if len(parts) == 1:  # the usual case
        return isinstance(parts[0], str)
    return all(isinstance(part, str) for part in parts)


def lower(text: str) -> str:
    """
    The text with ASCII letters in lower case.

    Hosts that differ in the case of other letters may be different names, and to lower such a
    letter may take more than one: in Python, `İ` becomes an `i` and a combining dot.
    """
    return text.lower() if text.isascii() else text.translate(_LOWER)


def lowered(parts: Parts) -> Parts:
    """The text with ASCII letters in lower case, except for the names of variables."""
    return tuple([lower(part) if isinstance(part, str) else part for part in parts])


def cut(parts: Parts, start: int, end: int) -> Parts:
    """The part between two offsets of the displayed text."""
    if len(parts) == 1 and isinstance(parts[0], str):  # the usual case
        text = parts[0][max(start, 0) : max(end, 0)]
        return (text,) if text else ()
    found: list[str | Variable] = []
    offset = 0
    for part in parts:
        length = len(str(part))
        if isinstance(part, Variable):
            if start <= offset and offset + length <= end:
                found.append(part)
        else:
            found.append(part[max(start - offset, 0) : max(end - offset, 0)])
        offset += length
    return join(found)


def unset(text: str, environment: Environment) -> Iterator[str]:
    """The variables that Docker replaces with nothing: not set, and without a default."""
    if "$" not in text or not environment.complete:
        return
    for match in _dollars(text):
        name = match["named"] or match["braced"]
        plain = name and not any(each in name for each in _OPERATORS)
        if plain and name not in environment.variables:
            yield name


def can_be_equal(one: Parts, other: Parts) -> bool:
    """
    Whether two texts can be equal, depending on the values of their unknown variables.

    `${USER}-network` can be `demo-network` but never `${USER}-ingress`. If in doubt, True.
    """
    if one == other:
        return True
    left, right = list(one), list(other)
    for end in (0, -1):
        while left and right and _strip_common(left, right, end):
            pass
    if not left or not right:
        return not any(isinstance(part, str) for part in left + right)
    starts_differ = isinstance(left[0], str) and isinstance(right[0], str)
    ends_differ = isinstance(left[-1], str) and isinstance(right[-1], str)
    return not (starts_differ or ends_differ)


def _strip_common(left: list[str | Variable], right: list[str | Variable], end: int) -> bool:
    """Strip what both have in common at one end; False if there is nothing to strip."""
    one, other = left[end], right[end]
    if one == other:
        del left[end], right[end]
        return True
    if isinstance(one, Variable) or isinstance(other, Variable):
        return False
    if len(one) < len(other):
        left, right, one, other = right, left, other, one
    if not (one.endswith(other) if end else one.startswith(other)):
        return False
    left[end] = one[: -len(other)] if end else one[len(other) :]
    del right[end]
    return True
