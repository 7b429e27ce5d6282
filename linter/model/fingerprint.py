"""Identifies findings, so that they are known again in another run."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256

from linter.model.diagnostic import Diagnostic


def fingerprint(diagnostic: Diagnostic, seen: Counter[str], path: str | None = None) -> str:
    """
    What stays the same when lines move, services change places or messages change.

    `seen` numbers the findings of a run that are otherwise the same. `path` is the path of the
    file, if it is to be the same for several ways to name it.
    """
    where = diagnostic.path if path is None else path
    identity = (diagnostic.rule, where, *sorted(diagnostic.services), diagnostic.label or "")
    return digest("\0".join(identity), seen)


def digest(identity: str, seen: Counter[str]) -> str:
    """A short name for an identity and its number."""
    seen[identity] += 1
    return sha256(f"{identity}\0{seen[identity]}".encode(errors="surrogateescape")).hexdigest()[:32]
