"""Which of the stacks that were loaded can be changed, and why the others cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from linter.checking.judging import new_checker
from linter.checking.overview import Found
from linter.checking.ruleset import EVERY_RULE, Selection
from linter.editing.loaded import Loaded
from linter.files import siblings
from linter.files.loader import Loader
from linter.files.siblings import fixed
from linter.model.diagnostic import Unjudged
from linter.model.progress import Progress, counted, nobody
from linter.model.report import Report
from linter.model.stack import Stack
from linter.model.vocabulary import without_secret
from linter.routing.routes import Backend, as_written


class Changeable(NamedTuple):
    """
    The stacks to change, and further configured stacks that share files with them.

    `unjudged` says what cannot be changed, and why.
    """

    stacks: list[Loaded]
    others: list[Loaded]
    unjudged: list[Unjudged]


def load(
    loader: Loader, *, repairs: bool = False, announced: Callable[[Found], Found] = iter
) -> Changeable:
    """
    Load the stacks to change. Raises UsageError.

    With `repairs`, files that Docker rejects for a reason that has a fix are changed too. Whatever
    is loaded passes through `announced`.
    """
    unjudged: list[Unjudged] = []
    found = list(announced(loader.stacks()))
    apart = siblings.apart(found, loader.without_labels)
    stacks = [
        each._replace(apart=apart.get(id(each.stack)) or fixed(each.job.sources))
        for each in _usable(found, unjudged, repairs=repairs)
    ]
    others = announced(loader.others([each.job for each in stacks]))
    usable = _usable(others, unjudged, repairs=repairs)
    return Changeable(stacks, usable, [*unjudged, *loader.unjudged])


def _usable(found: Found, unjudged: list[Unjudged], *, repairs: bool) -> list[Loaded]:
    """The stacks that can be changed; the reasons for the others go to `unjudged`."""
    usable: list[Loaded] = []
    spoiled: set[str] = set()  # templates that cannot be changed in one of their branches
    for job, stack in found:
        rejected = [*_rejections(stack, repairs=repairs), *_duplicates(stack), *job.protected]
        unjudged += rejected
        if not rejected:
            usable.append(Loaded(job, stack))
        elif stack.alternative.of > 1:
            spoiled.add(stack.path)
    return [each for each in usable if each.stack.path not in spoiled]


def _rejections(stack: Stack, *, repairs: bool) -> Iterable[Unjudged]:
    if not repairs:
        return stack.unjudged
    left = tuple(each for each in stack.refusals if each.instead is None)
    return stack._replace(refusals=left).unjudged


def _duplicates(stack: Stack) -> Iterator[Unjudged]:
    for each in stack.duplicates:
        key = without_secret(each.key.text)
        reason = f"the key `{key}` appears twice"
        if not stack.context.form:
            reason = f"`docker stack deploy` rejects it: {reason}"
        yield Unjudged(each.key.source.path, reason, each.key)


def judge(
    stacks: Sequence[Loaded],
    selection: Selection = EVERY_RULE,
    with_tasks: Callable[[Backend], Backend] = as_written,
    progress: Progress = nobody,
) -> Report:
    """Run the rules over stacks; `with_tasks` is as for a fleet."""
    checker = new_checker(selection, with_tasks)
    for each in counted(stacks, progress):
        checker.judge(each.stack, each.job.settings)
    return checker.finish()
