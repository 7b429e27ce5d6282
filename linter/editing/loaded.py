"""A stack with the job it was read from, so that it can be read again with new texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from linter.files.request import Job
from linter.files.siblings import Apart
from linter.model.stack import Stack


class Loaded(NamedTuple):
    """A stack, and the job it was read from; if it is `apart` from siblings, nothing is changed."""

    job: Job
    stack: Stack
    apart: Apart | None = None

    @property
    def is_part(self) -> bool:
        """Whether its services are those of its base, and not others with the same hosts."""
        return self.apart is not None and self.stack.is_override


def reread(loaded: Loaded, texts: Mapping[str, str]) -> Loaded:
    """A stack with new texts for some of its files, by path. Raises NotYaml."""
    job = loaded.job
    if not any(source.path in texts for source in job.sources):
        return loaded
    sources = tuple(
        each.changed(texts[each.path]) if each.path in texts else each for each in job.sources
    )
    job = job._replace(sources=sources)
    return loaded._replace(job=job, stack=job.read())
