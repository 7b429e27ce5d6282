"""
Generates stack files with every key of `stack.schema.json`, and values that are right and wrong.

Each case is a path and a value; its text is YAML whose keys are quoted, with the value as written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from linter.model.vocabulary import load_schema

PLACE = "@@"
VERSIONS = tuple(f"3.{minor}" for minor in range(14))
ENVIRONMENT = {"N": "3", "YES": "yes", "WORD": "x", "EMPTY": "", "TIME": "10s", "RATIO": "0.5"}

VALUES = (
    *("", "null", "~", "true", "false", "yes", "No", "on", '"true"', '"yes"'),
    *("x", '""', "' '", '"8080"', "8080", "-1", "0", "3.0", "0.5", "1e3", "0440", "0x1F", "1_000"),
    *(".inf", "2024-01-01", '"2024-01-01"', "!!str 5", "!!int x", "!custom x"),
    *("10s", "1m30s", "10", "1d", "-1s", "1.5h", "9999999999h", "5m", "1.5GiB", "5 mb", "-5m"),
    *("80:80", "80:90/udp", "8000-8010:80", "80:8000-8010", "1.2.3.4:80:80", "a:80", "70000"),
    *("data:/b", "a:b:ro:x", "'a:'", "':a'", "'abc:'", "start-first", "a 'b", '"a \\"b"', "a\\"),
    *("[]", "[x]", "[x, y]", "[x, x]", "[1]", "[8080, 8080]", '[8080, "8080"]', "[null]", "[true]"),
    *("[[x]]", "[{}]", "[{a: b}]", "['']", "['a=b', 'a=c']", "[2024-01-01]", "[80.5]", "[80.0]"),
    *("[{type: volume}]", "[{type: bind}]", "[{type: bind, source: x}]", "[{target: 80}]"),
    *("[{source: a, mode: 0440}]", "[{spread: x}, {spread: x}]", "[{subnet: x}]"),
    *("{}", "{a: b}", "{a: 1}", "{a: null}", "{a: true}", "{a: [x]}", "{'': x}", "{x-a: 1}"),
    *("{1: x}", "{on: x}", "{true: x}", "{'a b': x}", "{a: 2024-01-01}", "{a: .nan}", "{a: {}}"),
    *("{name: x}", "{external: true}", "{soft: 1, hard: 2}", "{soft: 1}", "{<<: {a: b}}"),
    *("{<<: x}", "{<<: null}", "{<<: [{a: b}, {a: true}]}", "{a: b, <<: {a: true}}", "{<<: []}"),
    *("{image: x, deploy: {}}", "{driver: x}", "{external: true, driver: x}"),
    *("{external: {name: x}, name: y}", "{external: {name: x, a: b}}", "{spec: x}"),
    *("{aliases: [x, x]}", "{test: [CMD, x], interval: 10s}", "{driver: x, options: {a: 1}}"),
    *("$N", "${N}", "${YES}", "${WORD}", "${EMPTY}", "${UNSET}", "${UNSET:-3}", "${TIME}"),
    *("${RATIO}", "a$", "$1", "${", "${UNSET:?needed}", "$$N", "[$N, $N]", "[$N, $YES]"),
    *("['${N}:80']", "['${WORD}:/x']", "{a: $N}", "{$N: x}", "{a: $1}", "{$1: a}"),
)


class Path(NamedTuple):
    """A place in a stack file; `document` is one with PLACE there, `sample` a value that fits."""

    name: str
    document: Any
    sample: Any

    def text(self, value: str, version: str | None = None) -> str:
        """A stack file with a value in this place."""
        document = {"version": version, **self.document} if version else self.document
        return json.dumps(document).replace(f'"{PLACE}"', value) + "\n"


def paths() -> list[Path]:
    """Every place in a stack file that the schema knows."""
    found = {path.name: path for path in _Walk(load_schema("stack")).paths()}
    return [path for name, path in found.items() if name]


_SAMPLES = {
    "duration": "10s",
    "bytes": "5m",
    "port": "80",
    "volume": "data:/b",
    "command-line": "a b",
}

Build = Callable[[Any], Any]


class _Walk:
    """Goes through the schema; what is inside a shared definition counts only once."""

    def __init__(self, schema: Any) -> None:
        self.schema = schema
        self._shared = {"pairs", "hosts", "options", "strings", "command"}
        self._done: set[str] = set()

    def paths(self) -> Iterator[Path]:
        yield from self._of(self.schema, lambda value: value, "")

    def _resolved(self, node: Any) -> Any:
        name = node.get("$ref", "")
        if not name.startswith("#"):
            return node
        return {**self.schema["$defs"][name.removeprefix("#/$defs/")], **node, "$ref": ""}

    def _sample(self, node: Any) -> Any:
        node = self._resolved(node)
        for kind in ("allOf", "anyOf"):
            if kind in node:
                return self._sample(node[kind][0])
        types = node.get("type", "string")
        first = types if isinstance(types, str) else types[0]
        if first == "object":
            return {
                name: self._sample(node["properties"][name]) for name in node.get("required", ())
            }
        if first == "array":
            return [self._sample(node["items"])]
        if first == "string":
            return node.get("enum", [_SAMPLES.get(node.get("format"), "x")])[0]
        return {"boolean": True, "null": None}.get(first, 1)

    def _of(self, node: Any, build: Build, name: str) -> Iterator[Path]:
        shared = node.get("$ref", "").rpartition("/")[2]
        if shared in self._shared:
            if shared in self._done:
                return
            self._done.add(shared)
        node = self._resolved(node)
        for kind in ("allOf", "anyOf"):
            for branch in node.get(kind, ()):
                if not branch.get("$ref", "").startswith("labels"):
                    yield from self._of(branch, build, name)
        if node.get("type") == "array":
            yield self._at(f"{name}[]", node["items"], lambda value: build([value]))
            yield from self._of(node["items"], lambda value: build([value]), f"{name}[]")
        if node.get("type") == "object":
            yield from self._inside(node, build, name)

    def _inside(self, node: Any, build: Build, name: str) -> Iterator[Path]:
        required = {key: self._sample(node["properties"][key]) for key in node.get("required", ())}

        def at(key: str) -> Build:
            return lambda value: build({**required, key: value})

        named = dict(node.get("properties", {}))
        for pattern, each in node.get("patternProperties", {}).items():
            named["x-a" if pattern == "^x-" else "web"] = each
        if isinstance(node.get("additionalProperties"), dict):
            named["other"] = node["additionalProperties"]
        for key, each in named.items():
            yield self._at(f"{name}.{key}", each, at(key))
            yield from self._of(each, at(key), f"{name}.{key}")
        yield self._at(f"{name}.unknown-key", {}, at("unknown-key"))
        yield self._at(f"{name}.x-extension", {}, at("x-extension"))

    def _at(self, name: str, node: Any, build: Build) -> Path:
        return Path(name, build(PLACE), self._sample(node))
