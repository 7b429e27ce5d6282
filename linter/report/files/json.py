"""The files that are judged as JSON, version 1, as `schemas/files.schema.json` describes it."""

from __future__ import annotations

from linter.report import Style
from linter.report.files import Listing
from linter.report.json_parts import document, unjudged


def write(listing: Listing, style: Style) -> str:
    """What would be judged, in the order it is read."""
    del style
    judged = [
        {
            "paths": each.paths,
            "as": each.role,
            "name": each.name,
            "env_files": each.env_files,
            "configuration": each.configuration,
        }
        for each in listing.judged
    ]
    return document(1, {"judged": judged, "unjudged": list(map(unjudged, listing.unjudged))})
