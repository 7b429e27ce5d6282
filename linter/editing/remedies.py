"""
Label edits that rules offer as fixes.

The modules that make them are imported on demand, because most files need no fix.
"""

from __future__ import annotations

from collections.abc import Sequence

from linter.model.diagnostic import Edit
from linter.model.label import Label
from linter.model.stack import Service


def drop(label: Label, service: Service) -> tuple[Edit, ...] | None:
    """
    Edits that remove a label of a service in place.

    None if that cannot be done exactly, or if other services get the label from there too.
    """
    from linter.editing import place

    return place.drop(label, service)


def move(labels: Sequence[Label], service: Service) -> tuple[Edit, ...] | None:
    """
    Edits that move container labels of a service to `deploy.labels`.

    None if that cannot be done exactly; see `moving`.
    """
    from linter.editing import moving

    return moving.move(labels, service)
