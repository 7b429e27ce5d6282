"""Finds the rules, one in each module of the rules package."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from importlib.machinery import SourceFileLoader
from types import ModuleType

import linter
from linter.checking.rule import Rule
from linter.files.settings import UsageError
from linter.model.words import did_you_mean

_PACKAGE = "linter.rules"


class BrokenRule(Exception):
    """A module of the rules package does not define exactly one rule with its own name."""


@cache
def load() -> dict[str, Rule]:
    """All rules by name, in alphabetical order."""
    import_module(_PACKAGE)
    return {rule.name: rule for rule in map(_load_module, _stems())}


def rules() -> Iterator[Rule]:
    """All rules in the same order, imported when the first of them is asked for."""
    yield from load().values()


def names() -> frozenset[str]:
    """The names of all rules, without importing them."""
    return frozenset(stem.replace("_", "-") for stem in _stems())


def named(texts: Iterable[str], option: str = "") -> tuple[str, ...]:
    """
    The rules that words of the command line name, which may be separated by commas.

    Raises UsageError for an unknown one, which names the option that the words belong to.
    """
    known = names()
    found = [name.strip() for text in texts for name in text.split(",") if name.strip()]
    for name in found:
        if name not in known:
            hint = did_you_mean(name, known) or "; `interlock-lint rules` lists them"
            raise UsageError(f"{option and f'{option}: '}unknown rule `{name}`{hint}")
    return tuple(dict.fromkeys(found))


@cache
def _stems() -> list[str]:
    names = (name for name in os.listdir(folder()) if name.endswith(".py") and name[0] != "_")
    return sorted(name.removesuffix(".py") for name in names)


@cache
def folder() -> str:
    """The folder of the rules: inside this package if installed, next to it in a checkout."""
    folders = (os.path.join(root, "rules") for root in linter.__path__)
    return next(each for each in folders if os.path.isfile(os.path.join(each, "__init__.py")))


def _load_module(stem: str) -> Rule:
    module = _module(stem)
    rules = [value for value in vars(module).values() if isinstance(value, Rule)]
    if len(rules) != 1 or rules[0].name != stem.replace("_", "-"):
        raise BrokenRule(f"{module.__name__} must define one rule, with the name of the module")
    return rules[0]


def _module(stem: str) -> ModuleType:
    """The module of a rule, imported from its place: to look for a hundred of them takes long."""
    name = f"{_PACKAGE}.{stem}"
    if name in sys.modules:
        return sys.modules[name]
    module = sys.modules[name] = ModuleType(name)
    loader = SourceFileLoader(name, os.path.join(folder(), f"{stem}.py"))
    module.__package__, module.__file__, module.__loader__ = _PACKAGE, loader.path, loader
    loader.exec_module(module)
    return module
