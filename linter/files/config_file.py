"""Reads configuration files."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from linter.files.globs import glob
from linter.files.settings import ConfiguredIgnore, Settings, StackFiles, UsageError
from linter.model import proxy, targets
from linter.model.diagnostic import Severity
from linter.model.names import Misnamed, stack_name
from linter.model.vocabulary import load_schema
from linter.model.words import did_you_mean
from linter.syntax.composer import NotYaml, compose
from linter.syntax.nodes import AliasNode, Document, Node, ScalarNode, SequenceNode
from linter.syntax.scalars import Kind, Undecodable, resolve
from linter.syntax.source import Source, Span


def load(path: str, rules: Collection[str]) -> Settings:
    """
    Read a configuration file; `rules` are the names that exist.

    Raises UsageError, which names the file, the line if known, and what to do.
    """
    path = min(path, os.path.relpath(path), key=len)  # a long chain of `../` is hard to read
    try:
        text = _text(path)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {_reason(error)}") from None
    if path.endswith(".toml"):
        data, document = _toml(path, text), None
    else:
        document = _yaml(path, text)
        data = _plain(document.root) if document.root else {}
    try:
        return _config(path, data, rules)
    except _Invalid as error:
        place = _place(document, error.keys)
        where = f"{place.source.path}:{place.position.line}" if place else path
        raise UsageError(f"{where}: {error}") from None


def load_proxy(path: str) -> proxy.Proxy:
    """
    Read Interlock's own configuration.

    Raises UsageError, which names the file, the line if known, and what is wrong.
    """
    try:
        return proxy.parse(_text(path), path)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {_reason(error)}") from None
    except proxy.BrokenProxyConfiguration as error:
        place = f"{path}:{error.line}" if error.line else path
        raise UsageError(f"{place}: {error.reason}") from None


def _text(path: str) -> str:
    with open(path, "rb") as file:
        return file.read().decode("utf-8-sig")


class _Invalid(Exception):
    """What is wrong with a configuration, and the keys that lead to it."""

    def __init__(self, message: str, *keys: str | int) -> None:
        super().__init__(message)
        self.keys = keys


def _config(path: str, data: Any, rules: Collection[str]) -> Settings:
    _check_schema(data)
    root = os.path.dirname(os.path.abspath(path))
    levels: dict[str, Severity] = {}
    for name, level in data.get("rules", {}).items():
        _check_name(name, rules, "rules", name)
        levels[name] = Severity(level)
    for index, entry in enumerate(data.get("ignore", ())):
        _check_name(entry["rule"], rules, "ignore", index, "rule")
    return Settings(
        root=root,
        path=path,
        target=_target(data.get("target")),
        proxy=_proxy(root, data.get("proxy-config"), path),
        fail_on=Severity(data.get("fail-on", "warning")),
        levels=levels,
        exclude=tuple(map(glob, data.get("exclude", ()))),
        extra_labels=frozenset(data.get("extra-labels", ())),
        stacks=tuple(_stacks(root, data)),
        ignores=tuple(_ignores(data)),
    )


def _stacks(root: str, data: Any) -> Iterator[StackFiles]:
    for index, entry in enumerate(data.get("stacks", ())):
        try:
            name = stack_name(entry["name"]) if "name" in entry else None
        except Misnamed as error:
            keys = ("stacks", index, "name")
            raise _Invalid(f"{_named(keys)}: {error}", *keys) from None
        env_file = entry.get("env-file")
        yield StackFiles(
            files=tuple(os.path.join(root, name) for name in entry["files"]),
            name=name,
            env_file=os.path.join(root, env_file) if env_file else None,
        )


def _ignores(data: Any) -> Iterator[ConfiguredIgnore]:
    for index, entry in enumerate(data.get("ignore", ())):
        try:
            until = date.fromisoformat(entry["until"]) if "until" in entry else None
        except ValueError:
            keys = ("ignore", index, "until")
            reason = f"must be a date such as 2027-01-31, not `{entry['until']}`"
            raise _Invalid(f"{_named(keys)} {reason}", *keys) from None
        path = glob(entry["path"]) if "path" in entry else None
        yield ConfiguredIgnore(entry["rule"], path, entry.get("service"), until)


def _proxy(root: str, name: str | None, path: str) -> proxy.Proxy | None:
    if name is None:
        return None
    try:
        return load_proxy(os.path.relpath(os.path.join(root, name)))
    except UsageError as error:
        raise UsageError(f"{path}: `proxy-config`: {error}") from None


def _target(text: str | None) -> targets.Target | None:
    try:
        return None if text is None else targets.parse(text)
    except targets.UnknownTarget as error:
        raise _Invalid(str(error), "target") from None


def _check_name(name: str, rules: Collection[str], *keys: str | int) -> None:
    if name not in rules:
        raise _Invalid(f"unknown rule `{name}`{did_you_mean(name, rules)}", *keys)


def _check_schema(data: Any) -> None:
    """
    Raise _Invalid for data that does not match `config.schema.json`.

    Importing jsonschema takes longer than the rest of a run, so the few keywords of this schema are
    checked here; only data that may not match is passed to jsonschema.
    """
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
            raise _Invalid(f"unknown key {_named((*keys, unknown))}{hint}", *keys, unknown)
        raise _Invalid(f"{_named(keys)} {_demand(error, keys)}", *keys)


def _named(keys: Sequence[str | int]) -> str:
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
            return isinstance(data, str) and bool(re.search(schema.get("pattern", ""), data))
        case "array":
            return isinstance(data, list) and all(
                plainly_fits(item, schema["items"]) for item in data
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


def _toml(path: str, text: str) -> Any:
    import tomllib

    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: not TOML: {error}") from None
    except ValueError:  # a number with thousands of digits
        raise UsageError(f"{path}: not TOML: a number has too many digits") from None
    if os.path.basename(path) != "pyproject.toml":
        return data
    tool = data.get("tool")
    return tool.get("interlock-lint", {}) if isinstance(tool, dict) else {}


def _yaml(path: str, text: str) -> Document:
    try:
        document = compose(Source(path, text))
    except NotYaml as error:
        raise UsageError(f"{path}:{error.span.position.line}: {error.reason}") from None
    if document.duplicates:
        key = document.duplicates[0].key
        raise UsageError(f"{path}:{key.position.line}: the key `{key.text}` appears twice")
    return document


def _plain(node: Node) -> Any:
    """The data of a configuration; text stays text, so dates and versions are as written."""
    if isinstance(node, AliasNode):
        return _plain(node.target)
    if isinstance(node, SequenceNode):
        return [_plain(item) for item in node.children]
    if isinstance(node, ScalarNode):
        try:
            kind, text = resolve(node)
        except Undecodable:
            return node.value
        if kind is Kind.BOOLEAN:
            return text == "true"
        return None if kind is Kind.NULL else node.value
    # A key that is not a scalar is unknown, whatever it contains.
    return {
        key.value if isinstance(key, ScalarNode) else "?": _plain(value)
        for key, value in node.pairs
    }


def _place(document: Document | None, keys: tuple[str | int, ...]) -> Span | None:
    """Where the keys lead in a document: the last of them that exists."""
    if document is None or document.root is None:
        return None
    node: Node = document.root
    place: Node = node
    for key in keys:
        if isinstance(node, ScalarNode | AliasNode):
            break
        if isinstance(node, SequenceNode):
            if not isinstance(key, int) or key >= len(node.children):
                break
            place = node = node.children[key]
            continue
        for name, value in node.pairs:
            if isinstance(name, ScalarNode) and name.value == key:
                place, node = name, value
                break
    return document.span(place)


def _reason(error: OSError | UnicodeDecodeError) -> str:
    if isinstance(error, OSError):
        return (error.strerror or str(error)).lower()
    return "not UTF-8"
