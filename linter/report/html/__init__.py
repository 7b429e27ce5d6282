"""What all HTML reports share: frame, style, script, findings and bars."""

from __future__ import annotations

import os


def stylesheet() -> str:
    """The style of all pages, in CSS."""
    with open(os.path.join(os.path.dirname(__file__), "style.css"), encoding="utf-8") as file:
        return file.read()
