"""The Markdown format of a plan, for a comment on a merge request."""

from __future__ import annotations
