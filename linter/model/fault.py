"""Failures of this program itself: each is reported for the file it happened on, and no further."""

from __future__ import annotations

import errno
import os

from linter.model.diagnostic import Unjudged

BUG = "this is a bug; report it with the traceback that INTERLOCK_LINT_TRACEBACK=1 shows"

_LACKS = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOMEM))


def fault(
    path: str, error: Exception, what: str = "interlock-lint failed on this file"
) -> Unjudged:
    """
    What is reported for a file after an unexpected exception; `what` says what failed.

    Raises the exception instead if its traceback is wanted.
    """
    return Unjudged(path, f"{what}: {described(error)}", help=help_on(error))


def help_on(error: Exception) -> str:
    """What to do about an unexpected exception."""
    return "" if _lack(error) else BUG


def _lack(error: Exception) -> str:
    """What the system lacks, in its own words; empty if it is anything else, and so a bug."""
    number = error.errno if isinstance(error, OSError) else None
    return os.strerror(number).lower() if number in _LACKS and number is not None else ""


def described(error: Exception) -> str:
    """
    The type of an exception, and where it was raised; raises it if its traceback is wanted.

    Its message is left out, because it may quote a secret from the file. What the system lacks is
    said in its own words.
    """
    if os.environ.get("INTERLOCK_LINT_TRACEBACK"):
        raise error
    if lack := _lack(error):
        return lack
    place, trace = "", error.__traceback__
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__"))
        if module.startswith("linter."):
            place = f" in {module}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__}{place}"
