"""The variables that a command line names."""

from __future__ import annotations

import os
from collections.abc import Iterable

from linter.files import decoding
from linter.files.at_revision import Revisions
from linter.files.decoding import MAX_SETTINGS_BYTES, Unreadable
from linter.files.request import Request
from linter.files.settings import UsageError
from linter.files.sources import is_at_revision
from linter.syntax.interpolation import Environment
from linter.syntax.source import Source


def process_variables(request: Request) -> dict[str, str]:
    """The environment of this process, if the user passes it on."""
    return dict(os.environ) if request.env else {}


def environment(request: Request, revisions: Revisions) -> Environment:
    """The variables that the command line names, later ones first. Raises UsageError."""
    known = process_variables(request)
    for name in request.env_files:
        from linter.files import variables

        try:
            if is_at_revision(name):
                known |= variables.parse(revisions.read(name))
                continue
            data = decoding.read_bytes(name, MAX_SETTINGS_BYTES, pipe=True)
            known |= variables.parse(decoding.decode(data, name))
        except Unreadable as error:
            raise UsageError(f"--env-file: {name}: cannot be read: {error}") from None
        except UsageError as error:
            raise UsageError(f"--env-file: {error}") from None
    return Environment(known, complete=request.env or bool(request.env_files))


def dotenv_next_to(sources: Iterable[Source]) -> frozenset[str]:
    """The names in a `.env` file next to the first source, if any source uses variables."""
    sources = tuple(sources)
    if not any("$" in source.text for source in sources):
        return frozenset()
    from linter.files import variables

    return variables.names_next_to(sources[0].path)
