"""What `--version` prints."""

from __future__ import annotations

from linter import __version__
from linter.commands import PROGRAM

_LIBRARIES = ("ruamel.yaml", "jsonschema", "docker", "idna")


def version() -> str:
    """The program and its version."""
    return f"{PROGRAM} {__version__}\n"


def details() -> str:
    """The same with what it runs on, for reports of bugs."""
    import platform
    from importlib import metadata

    from linter.syntax import libyaml

    return version() + "".join(
        f"{line}\n"
        for line in [
            f"{platform.python_implementation()} {platform.python_version()}",
            f"{platform.system()} {platform.machine()}",
            f"PyYAML {metadata.version('PyYAML')}",
            f"libyaml {libyaml.version() or 'none'}",
            *(f"{name} {metadata.version(name)}" for name in _LIBRARIES),
        ]
    )
