"""Which libyaml PyYAML comes with."""

from __future__ import annotations

import yaml


def version() -> str | None:
    """The version of libyaml; None if PyYAML comes without it."""
    if not yaml.__with_libyaml__:
        return None
    from yaml import _yaml

    return str(vars(_yaml)["get_version_string"]())  # missing in the stubs
