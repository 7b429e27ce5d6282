"""Names of rules on the command line."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from linter.files.settings import UsageError
from linter.model.words import did_you_mean


def rule_names(texts: Sequence[str], rules: Collection[str]) -> tuple[str, ...]:
    """Names of rules, which may be separated by commas. Raises UsageError for an unknown one."""
    found = [name.strip() for text in texts for name in text.split(",") if name.strip()]
    for name in found:
        if name not in rules:
            hint = did_you_mean(name, rules) or "; `interlock-lint rules` lists them"
            raise UsageError(f"unknown rule `{name}`{hint}")
    return tuple(dict.fromkeys(found))
