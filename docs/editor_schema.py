"""
Makes the schema for editors from those of stack files and of labels.

The program takes a label as it was meant before it judges it, and editors cannot. So here, every
name of a label that begins with Interlock's prefix is listed, and any other is an error. The result
is one file without references to others, in the version of JSON Schema that editors know best.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

SCHEMAS = Path(__file__).parent.parent / "schemas"
RESULT = SCHEMAS / "editor.schema.json"
_PREFIX = "com.docker.lb."
_KEPT = ("description", "examples", "default")

# A value with variables can be anything.
_VARIABLE = {"type": "string", "pattern": r"\$"}


def editor_schema() -> str:
    """The text of the schema."""
    stack, labels = (_load(name) for name in ("stack", "labels"))
    definitions = stack.pop("$defs")
    definitions["service-labels"] = _service_labels(labels["properties"])
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$comment": "Made by `make docs` from stack.schema.json and labels.schema.json.",
        **{key: value for key, value in stack.items() if not key.startswith(("$", "x-"))},
        "definitions": definitions,
    }
    return json.dumps(_plain(schema), indent=1, ensure_ascii=False) + "\n"


def _load(name: str) -> Any:
    return json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))


def _service_labels(labels: dict[str, Any]) -> dict[str, Any]:
    known = "|".join(re.escape(key.removeprefix(_PREFIX)) for key in labels)
    prefix = re.escape(_PREFIX)
    return {
        "description": "Labels of the service, which Interlock reads.",
        "anyOf": [
            {
                "type": "object",
                "properties": {key: _value(row) for key, row in labels.items()},
                "patternProperties": {f"^{prefix}(?!({known})$)": False},
                "additionalProperties": {"type": ["string", "number", "null"]},
            },
            {
                "description": "`key=value`",
                "type": "array",
                "items": {
                    "type": "string",
                    "allOf": [
                        {"not": {"pattern": f"^{prefix}(?!({known})(=|$))"}},
                        *(_item(key, row) for key, row in labels.items() if _fitting(row)),
                    ],
                },
                "uniqueItems": True,
            },
        ],
    }


def _value(row: dict[str, Any]) -> dict[str, Any]:
    about = {key: row[key] for key in _KEPT if key in row}
    fitting = {key: row[key] for key in ("pattern", "enum") if key in row}
    # A number without quotes is a valid label, but nothing else that is not a string.
    choices = [{"type": "string", **fitting}, _VARIABLE] if fitting else [{"type": "string"}]
    if "integer" in row["type"]:
        choices.insert(0, {"type": "integer"})
    return {**about, "anyOf": choices} if len(choices) > 1 else {**about, **choices[0]}


def _fitting(row: dict[str, Any]) -> str | None:
    """A pattern for the value of a label, without the signs of its beginning and end."""
    if "enum" in row:
        return "|".join(map(re.escape, row["enum"]))
    pattern = row.get("pattern", "")
    return re.sub(r"^\^|\$\(\?!\\n\)$", "", pattern) or None


def _item(key: str, row: dict[str, Any]) -> dict[str, Any]:
    begin = f"^{re.escape(key)}="
    return {
        "if": {"pattern": begin},
        "then": {"anyOf": [{"pattern": f"{begin}({_fitting(row)})$"}, {"pattern": r"\$"}]},
    }


def _plain(node: Any) -> Any:
    """A schema without what only this program knows, as older versions write it."""
    if isinstance(node, list):
        return [_plain(each) for each in node]
    if not isinstance(node, dict):
        return node
    found = {key: _plain(value) for key, value in node.items() if not key.startswith("x-")}
    if "x-cast" in node:  # a variable may stand for a number or a boolean
        found = {"anyOf": [found, _VARIABLE]}
    if isinstance(found.get("$ref"), str):
        # Next to a reference, older versions ignore everything else.
        target = found.pop("$ref").replace("#/$defs/", "#/definitions/")
        found = {**found, "allOf": [{"$ref": target}]} if found else {"$ref": target}
    return found


if __name__ == "__main__":
    RESULT.write_text(editor_schema(), encoding="utf-8")
