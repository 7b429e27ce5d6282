"""What docs/stability.md promises: nothing that a release had is gone."""

import json
import os

import pytest
import yaml
from support import ROOT

from linter import commands
from linter.checking import registry
from linter.commands.parser import make_parser

PROMISED = ROOT / "tests" / "promised.json"


def fields(schema, path=""):
    """The paths of all fields that a JSON Schema describes."""
    if isinstance(schema, list):
        for each in schema:
            yield from fields(each, path)
    elif isinstance(schema, dict):
        for key, value in schema.items():
            if key in ("properties", "$defs"):
                for name, inner in value.items():
                    yield f"{path}/{name}"
                    yield from fields(inner, f"{path}/{name}")
            else:
                yield from fields(value, path)


def surface():
    """What there is now, by kind."""
    schemas = sorted((ROOT / "schemas").glob("*.schema.json"))
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    return {
        "rules": sorted(registry.load()),
        "options": {name: sorted(make_parser(name).options) for name in commands.names()},
        "hooks": sorted(hook["id"] for hook in hooks),
        "fields": {
            path.name: sorted(set(fields(json.loads(path.read_text(encoding="utf-8")))))
            for path in schemas
            if path.name not in ("stack.schema.json", "labels.schema.json")
        },
    }


def missing(promised, now):
    """What is promised, but not there."""
    if isinstance(promised, dict):
        for key, value in promised.items():
            for each in missing(value, now.get(key, type(value)())):
                yield f"{key}: {each}"
    else:
        yield from (each for each in promised if each not in now)


def joined(promised, now):
    if isinstance(now, dict):
        return {key: joined(promised.get(key, type(value)()), value) for key, value in now.items()}
    return sorted({*promised, *now})


@pytest.mark.golden
def test_nothing_that_is_promised_is_gone():
    """`make golden` adds what is new; take away from the file only for a new major version."""
    now = surface()
    promised = json.loads(PROMISED.read_text(encoding="utf-8")) if PROMISED.exists() else {}

    assert [] == list(missing(promised, now))
    if os.environ.get("INTERLOCK_LINT_UPDATE"):
        PROMISED.write_text(json.dumps(joined(promised, now), indent=1) + "\n", encoding="utf-8")


def test_what_is_there_is_promised():
    """If this fails, run `make golden` and look at the diff."""
    promised = json.loads(PROMISED.read_text(encoding="utf-8"))

    assert [] == list(missing(surface(), promised))
