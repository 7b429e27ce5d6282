"""The formats of `check --show-settings`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from linter.files.settings import ConfiguredIgnore, Settings, StackFiles
from linter.report.escape import escape
from linter.report.json_parts import dumped


def as_text(found: Mapping[str, Settings]) -> str:
    """Each file with its settings, one per line, as they are written in a configuration."""
    blocks: list[str] = []
    for path, settings in found.items():
        lines = [f"{escape(path)}\n"]
        lines += (f"  {key}: {_shown(value)}\n" for key, value in _data(settings).items())
        blocks.append("".join(lines))
    return "\n".join(blocks)


def as_json(found: Mapping[str, Settings]) -> str:
    """The settings of each file, by path."""
    return dumped({path: _data(each) for path, each in found.items()}, indent=2) + "\n"


def _shown(value: Any) -> str:
    if not value:
        return "none"
    return escape(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _data(settings: Settings) -> dict[str, Any]:
    """The keys of a configuration, and the file they come from."""
    return {
        "configuration": settings.path,
        "target": str(settings.target) if settings.target else None,
        "proxy-config": settings.proxy.path if settings.proxy else None,
        "fail-on": settings.fail_on,
        "rules": dict(settings.levels),
        "exclude": [each.text for each in settings.exclude],
        "extra-labels": sorted(settings.extra_labels),
        "stacks": [_stack(each) for each in settings.stacks],
        "baseline": os.path.relpath(settings.baseline.path) if settings.baseline else None,
        "ignore": [_ignore(each) for each in settings.ignores.entries],
    }


def _stack(stack: StackFiles) -> dict[str, Any]:
    found = {
        "name": stack.name,
        "files": [os.path.relpath(each) for each in stack.files],
        "env-file": os.path.relpath(stack.env_file) if stack.env_file else None,
    }
    return {key: value for key, value in found.items() if value is not None}


def _ignore(ignore: ConfiguredIgnore) -> dict[str, Any]:
    found = {
        "rule": ignore.rule,
        "path": ignore.path.text if ignore.path else None,
        "service": ignore.service.text if ignore.service else None,
        "until": ignore.until.isoformat() if ignore.until else None,
    }
    return {key: value for key, value in found.items() if value is not None}
