"""
Parses TOML, within limits.

Python's parser takes time in proportion to the square of the number of parts of a key, and to the
product of the parts of a table's name and the keys below it.
"""

from __future__ import annotations

import re
from typing import Any

MAX_KEY_PARTS = 20
"""Parts of a dotted key such as `tool.interlock-lint.rules`; real ones have about five."""

# A key with too many parts, wherever a key can be. Possessive, so that nothing is tried twice.
_PART = r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
_LONG_KEY = rf"(?:^|[\[{{,])[ \t]*+{_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{MAX_KEY_PARTS}}}"


class NotToml(ValueError):
    """Not TOML, or beyond the limits; `line` counts from 1, None if unknown."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def parse(text: str) -> dict[str, Any]:
    """The data of a text. Raises NotToml."""
    import tomllib

    if found := re.search(_LONG_KEY, text, re.MULTILINE):
        line = text.count("\n", 0, found.end()) + 1
        raise NotToml(f"a key has more than {MAX_KEY_PARTS} parts", line)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(str(error), text) from None
    except ValueError:  # raised by Python for a number with thousands of digits
        raise NotToml("not TOML: a number has too many digits") from None
    except RecursionError:
        raise NotToml("nested too deeply") from None


def _not_toml(message: str, text: str) -> NotToml:
    """The error of tomllib, with the line number taken from its message."""
    reason, _, place = message.partition(" (at ")
    number = re.match(r"line (\d+)", place)
    line = int(number[1]) if number else text.rstrip("\n").count("\n") + 1
    return NotToml(f"not TOML: {reason[:1].lower()}{reason[1:]}", line)
