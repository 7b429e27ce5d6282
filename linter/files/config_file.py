"""Reads configuration files."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from datetime import date
from functools import partial
from typing import Any

from linter.files import validation
from linter.files.decoding import MAX_SETTINGS_BYTES, Unreadable, decode, read_bytes
from linter.files.reach import Outside, Reach, reach_of
from linter.files.settings import (
    BaselineFile,
    ConfiguredIgnore,
    ConfiguredIgnores,
    Settings,
    StackFiles,
    UsageError,
    shown,
)
from linter.files.validation import Invalid, named
from linter.model import proxy, targets
from linter.model.diagnostic import Severity
from linter.model.globs import name_glob, path_glob
from linter.model.names import Misnamed, stack_name
from linter.model.words import did_you_mean
from linter.syntax.composer import NotYaml, compose
from linter.syntax.nodes import AliasNode, Document, Node, ScalarNode, SequenceNode
from linter.syntax.scalars import Undecodable, resolve
from linter.syntax.source import Source


def load(path: str, rules: Collection[str], *, given: bool = False) -> Settings:
    """
    Read a configuration file; `rules` are the names that exist.

    Unless it is `given` by the user, it comes with the repository and must be a part of that.
    Raises UsageError, which names the file, the line if known, and what to do.
    """
    reach = reach_of(os.path.dirname(os.path.abspath(path)))
    path = shown(path)
    try:
        found, below = (path, "") if given else (reach.find(path), reach.folder)
        data = read_bytes(found, MAX_SETTINGS_BYTES, below=below)
        source = decode(data, path)
    except Unreadable as error:
        remedy = "; use it with --config" if isinstance(error, Outside) else ""
        raise UsageError(f"{path}: cannot be read: {error}{remedy}") from None
    if path.endswith(".toml"):
        data, document = _toml(source), None
    else:
        document = _yaml(source)
        data = _plain(document.root) if document.root else {}
    try:
        validation.check(data)
        return _settings(path, data, rules, reach, document)
    except Invalid as error:
        raise UsageError(f"{_place(path, document, *error.keys)}: {error}") from None


def load_proxy(path: str, reach: Reach | None = None) -> proxy.Proxy:
    """
    Read Interlock's own configuration, which must be within `reach` if a configuration names it.

    Raises UsageError, which names the file, the line if known, and what is wrong.
    """
    try:
        found, below = (reach.find(path), reach.folder) if reach else (path, "")
        data = read_bytes(found, MAX_SETTINGS_BYTES, pipe=reach is None, below=below)
        return proxy.parse(decode(data, path).text, path)
    except Unreadable as error:
        remedy = "; pass it with --proxy-config instead" if isinstance(error, Outside) else ""
        raise UsageError(f"{path}: cannot be read: {error}{remedy}") from None
    except proxy.BrokenProxyConfiguration as error:
        place = f"{path}:{error.line}" if error.line else path
        raise UsageError(f"{place}: {error.reason}") from None


def _settings(
    path: str, data: Any, rules: Collection[str], reach: Reach, document: Document | None
) -> Settings:
    root = os.path.dirname(os.path.abspath(path))
    levels: dict[str, Severity] = {}
    for name, level in data.get("rules", {}).items():
        _check_name(name, rules, "rules", name)
        levels[name] = Severity(level)
    for index, entry in enumerate(data.get("ignore", ())):
        _check_name(entry["rule"], rules, "ignore", index, "rule")
    place = partial(_place, path, document)
    baseline = data.get("baseline")
    return Settings(
        root=root,
        path=path,
        target=_target(data.get("target")),
        proxy=_proxy(root, data.get("proxy-config"), reach),
        fail_on=Severity(data.get("fail-on", "warning")),
        levels=levels,
        exclude=tuple(map(path_glob, data.get("exclude", ()))),
        extra_labels=frozenset(data.get("extra-labels", ())),
        stacks=tuple(
            _stack(root, index, entry, place) for index, entry in enumerate(data.get("stacks", ()))
        ),
        ignores=ConfiguredIgnores(_ignores(data)),
        baseline=None
        if baseline is None
        else BaselineFile(_path(root, baseline, "baseline"), place("baseline")),
        reach=reach,
    )


def _stack(root: str, index: int, entry: Any, place: Callable[..., str]) -> StackFiles:
    try:
        name = stack_name(entry["name"]) if "name" in entry else None
    except Misnamed as error:
        keys = ("stacks", index, "name")
        raise Invalid(f"{named(keys)}: {error}", *keys) from None
    files = tuple(_path(root, each, "stacks", index, "files") for each in entry["files"])
    if twice := next((each for each in files if files.count(each) > 1), None):
        keys = ("stacks", index, "files")
        raise Invalid(f"{named(keys)} lists `{os.path.relpath(twice)}` twice", *keys)
    env_file = entry.get("env-file")
    return StackFiles(
        files=files,
        name=name,
        env_file=_path(root, env_file, "stacks", index, "env-file") if env_file else None,
        files_place=place("stacks", index, "files"),
        env_file_place=place("stacks", index, "env-file"),
    )


def _path(root: str, name: str, *keys: str | int) -> str:
    if "\0" in name:
        raise Invalid(f"{named(keys)}: `{name}` is not a valid file name", *keys)
    return os.path.normpath(os.path.join(root, name))


def _ignores(data: Any) -> Iterator[ConfiguredIgnore]:
    for index, entry in enumerate(data.get("ignore", ())):
        try:
            until = date.fromisoformat(entry["until"]) if "until" in entry else None
        except ValueError:
            keys = ("ignore", index, "until")
            reason = f"must be a date such as 2027-01-31, not `{entry['until']}`"
            raise Invalid(f"{named(keys)} {reason}", *keys) from None
        path = path_glob(entry["path"]) if "path" in entry else None
        service = name_glob(entry["service"]) if "service" in entry else None
        yield ConfiguredIgnore(entry["rule"], path, service, until, entry.get("reason", ""))


def _proxy(root: str, name: str | None, reach: Reach) -> proxy.Proxy | None:
    if name is None:
        return None
    try:
        return load_proxy(os.path.relpath(_path(root, name, "proxy-config")), reach)
    except UsageError as error:
        raise Invalid(f"`proxy-config`: {error}", "proxy-config") from None


def _target(text: str | None) -> targets.Target | None:
    try:
        return None if text is None else targets.parse(text)
    except targets.UnknownTarget as error:
        raise Invalid(str(error), "target") from None


def _check_name(name: str, rules: Collection[str], *keys: str | int) -> None:
    if name not in rules:
        raise Invalid(f"unknown rule `{name}`{did_you_mean(name, rules)}", *keys)


def _toml(source: Source) -> Any:
    from linter.syntax import toml

    try:
        data = toml.parse(source.text)
    except toml.NotToml as error:
        place = f"{source.path}:{error.line}" if error.line else source.path
        raise UsageError(f"{place}: {error.reason}") from None
    if os.path.basename(source.path) != "pyproject.toml":
        return data
    tool = data.get("tool")
    return tool.get("interlock-lint", {}) if isinstance(tool, dict) else {}


def _yaml(source: Source) -> Document:
    path = source.path
    try:
        document = compose(source)
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
            resolved = resolve(node)
        except Undecodable:
            return node.value
        if resolved.kind == "boolean":
            return resolved.text == "true"
        return None if resolved.kind == "null" else node.value
    # A key that is not a scalar is unknown, whatever it contains.
    return {
        key.value if isinstance(key, ScalarNode) else "?": _plain(value)
        for key, value in node.pairs
    }


def _place(path: str, document: Document | None, *keys: str | int) -> str:
    """The file and the line where keys lead: the line of the last of them that exists."""
    if document is None or document.root is None:
        return path
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
    return f"{path}:{document.span(place).position.line}"
