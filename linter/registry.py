"""Knows which rules there are: one in each module of the rules package."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

import linter
from linter.rule import Rule


class BrokenRule(Exception):
    """A module of the rules package that does not hold exactly one rule of its own name."""


@cache
def load() -> dict[str, Rule]:
    """All rules by name, in alphabetical order."""
    return {rule.name: rule for rule in map(_load_module, _stems())}


def names() -> frozenset[str]:
    """The names of all rules, which take no time to know."""
    return frozenset(stem.replace("_", "-") for stem in _stems())


def _stems() -> list[str]:
    return sorted(path.stem for path in folder().glob("[!_]*.py"))


def folder() -> Path:
    """Where the rules are: inside this package when it is installed, beside it in a checkout."""
    folders = (Path(root, "rules") for root in linter.__path__)
    return next(each for each in folders if (each / "__init__.py").is_file())


def _load_module(stem: str) -> Rule:
    module = import_module(f"linter.rules.{stem}")
    rules = [value for value in vars(module).values() if isinstance(value, Rule)]
    if len(rules) != 1 or rules[0].name != stem.replace("_", "-"):
        raise BrokenRule(f"{module.__name__} must define one rule, with the name of the module")
    return rules[0]
