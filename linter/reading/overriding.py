"""Puts the services of a later file over those of an earlier one, as several `-c` do."""

from __future__ import annotations

from linter.model.label import Label
from linter.model.stack import Service


def over(base: Service, top: Service) -> Service:
    """A service of one file with the overrides of a later file; labels are merged one by one."""
    return Service(
        name=base.name,
        labels=merged(base.labels, top.labels),
        container_labels=merged(base.container_labels, top.container_labels),
        blocks=base.blocks + top.blocks,
        misplaced=base.misplaced + top.misplaced,
        shadowed=base.shadowed + top.shadowed,
        ports=base.ports + top.ports,
        exposed=base.exposed + top.exposed,
        deployment=top.deployment.over(base.deployment),
        keys=base.keys | top.keys,
        image=top.image or base.image,
        build=top.build or base.build,
        is_open=base.is_open or top.is_open,
    )


def merged(base: tuple[Label, ...], top: tuple[Label, ...] = ()) -> tuple[Label, ...]:
    """The last label with each name."""
    return tuple({label.key.parts: label for label in base + top}.values())
