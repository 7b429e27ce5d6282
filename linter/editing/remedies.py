"""
Label edits that rules offer as fixes.

What makes them is imported when one is needed: most files need none.
"""

from __future__ import annotations

from collections.abc import Sequence

from linter.model.diagnostic import Edit
from linter.model.label import Label
from linter.model.stack import Service


def drop(label: Label, service: Service) -> tuple[Edit, ...] | None:
    """
    Edits that take a label out of a service where it stands.

    None where that cannot be done exactly, or where others have it from there too.
    """
    from linter.editing import place

    return place.drop(label, service)


def move(labels: Sequence[Label], service: Service) -> tuple[Edit, ...] | None:
    """
    Edits that take labels of the containers out of a service, and put them into `deploy.labels`.

    None where that cannot be done exactly; see `moving`.
    """
    from linter.editing import moving

    return moving.move(labels, service)
