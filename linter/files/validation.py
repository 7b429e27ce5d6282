"""Checks the data of a configuration against its schema."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from linter.model.vocabulary import load_schema
from linter.model.words import did_you_mean
from linter.syntax.composer import MAX_DEPTH

MAX_VALUES = 20_000
"""Values and keys of a configuration, with its aliases expanded."""


class Invalid(Exception):
    """What is wrong with a configuration, and the keys that lead to it."""

    def __init__(self, message: str, *keys: str | int) -> None:
        super().__init__(message)
        self.keys = keys


def check(data: Any) -> None:
    """
    Raise Invalid for data that does not match `config.schema.json`.

    Importing jsonschema takes longer than the rest of a run, so the few keywords of this schema are
    checked here; only data that may not match is passed to jsonschema.
    """
    _check_size(data)
    config = load_schema("config")
    if plainly_fits(data, config):
        return
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    error = best_match(Draft202012Validator(config).iter_errors(data))
    if error is not None:
        keys = tuple(error.absolute_path)
        if error.validator == "additionalProperties":
            known: Collection[str] = error.schema["properties"]
            unknown = next(key for key in error.instance if key not in known)
            hint = did_you_mean(unknown, known) or f"; use {', '.join(known)}"
            raise Invalid(f"unknown key {named((*keys, unknown))}{hint}", *keys, unknown)
        raise Invalid(f"{named(keys)} {_demand(error, keys)}", *keys)


def _check_size(data: Any) -> None:
    """Raise Invalid for data that would take long to validate, however little text it is."""
    found = 0
    pending = [(data, 1)]
    while pending:
        value, depth = pending.pop()
        found += 1
        if isinstance(value, dict):
            found += len(value)
            pending += ((each, depth + 1) for each in value.values())
        elif isinstance(value, list):
            pending += ((each, depth + 1) for each in value)
        if found > MAX_VALUES:
            raise Invalid(f"the configuration has more than {MAX_VALUES:,} values; remove some")
        if depth > MAX_DEPTH:
            raise Invalid(f"the configuration is nested deeper than {MAX_DEPTH} levels")


def named(keys: Sequence[str | int]) -> str:
    """A key in a sentence: `` `rules.x` ``, `` `files` in entry 1 of `stacks` ``."""
    if not keys:
        return "the configuration"
    for index, key in enumerate(keys):
        if isinstance(key, int):
            inner = f"`{'.'.join(map(str, keys[index + 1 :]))}` in " if keys[index + 1 :] else ""
            return f"{inner}entry {key + 1} of `{'.'.join(map(str, keys[:index]))}`"
    return f"`{'.'.join(map(str, keys))}`"


_TYPES = {"array": "a list", "object": "a mapping", "string": "text"}


def _demand(error: Any, keys: Sequence[str | int]) -> str:
    """What the value of a key must be."""
    match error.validator:
        case "enum":
            return f"must be one of {', '.join(map(str, error.validator_value))}"
        case "required":
            missing = next(key for key in error.validator_value if key not in error.instance)
            return f"must have `{missing}`"
        case "minItems":
            return "must have at least one entry"
        case "maxItems":
            return f"must have at most {error.validator_value:,} entries"
        case "maxLength":
            return f"must have at most {error.validator_value:,} characters"
        case "pattern":
            return f"must be {error.schema['x-says']}, not `{error.instance}`"
    wanted, found = error.validator_value, error.instance
    if wanted == "array" and keys and isinstance(found, str):
        return f"must be a list; write `{keys[-1]}: [{found}]`"
    if wanted == "string" and isinstance(found, bool | int | float):
        return f'must be text; write "{str(found).lower()}", in quotes'
    return f"must be {_TYPES[wanted]}"


def plainly_fits(data: Any, schema: Mapping[str, Any]) -> bool:
    """Whether data certainly matches a schema of types, enums, properties and items."""
    if "enum" in schema:
        return isinstance(data, str) and data in schema["enum"]
    match schema["type"]:
        case "string":
            return (
                isinstance(data, str)
                and len(data) <= schema.get("maxLength", len(data))
                and bool(re.search(schema.get("pattern", ""), data))
            )
        case "array":
            return (
                isinstance(data, list)
                and schema.get("minItems", 0) <= len(data) <= schema.get("maxItems", len(data))
                and all(plainly_fits(item, schema["items"]) for item in data)
            )
        case "object":
            properties = schema.get("properties", {})
            others = schema["additionalProperties"]
            return (
                isinstance(data, dict)
                and all(key in data for key in schema.get("required", ()))
                and all(
                    plainly_fits(value, properties.get(key) or others)
                    for key, value in data.items()
                    if key in properties or others
                )
                and (bool(others) or data.keys() <= properties.keys())
            )
        case _:
            return False
