"""
Stack files that grow in one respect, each with a command whose cost must grow no faster.

Each shape is what somebody might write to keep the program busy, or what a large site might have.
"""

from . import findings, forms, labels, several, sharing
from .shape import Shape

__all__ = ["SHAPES", "Shape"]

SHAPES = (
    *sharing.SHAPES,
    *findings.SHAPES,
    *labels.SHAPES,
    *several.SHAPES,
    *forms.SHAPES,
)
