"""
Which files in a folder belong together: a base, and the overrides that change its services.

An override is in the same folder as its base and has a service with the same name. Either none of
its services has an image, or it is named after the base (`stack.prod.yml` after `stack.yml`) and
cannot be deployed alone. Stacks that only happen to have services with the same names are no
siblings.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from linter.files import decoding
from linter.files.decoding import Unreadable
from linter.files.request import Job
from linter.model.stack import Stack
from linter.model.words import agree, quoted, some
from linter.reading.forms import form_of
from linter.reading.stack_reader import ReadOptions, read
from linter.syntax.composer import NotYaml
from linter.syntax.source import Source, View

_SUFFIX = r"(?i)\.ya?ml(?:\.(?:j2|jinja2?|tftpl|tpl))?\Z"
_DOT = r"\.(?=[^.]+\Z)"
_SEPARATOR = r"[._-](?=[^._-]+\Z)"
_ALWAYS = "override"
"""`docker-compose.override.yml` is an override, whatever is in it."""

_TEMPLATES = frozenset({"jinja", "tftpl"})
"""The forms of templates of stack files."""

_MOST = 100
"""With more files that have a service, it is not looked up which of them have all others too."""


class Family(NamedTuple):
    """
    Overrides, and the base that each of them changes.

    Several bases mean that it is not certain which of them it is.
    """

    bases: tuple[Stack, ...]
    overrides: tuple[Stack, ...]


def families(stacks: Iterable[Stack]) -> list[Family]:
    """The stacks that are overrides of others, with these, in the order of the overrides."""
    known = _Known(stacks)
    found: dict[int, tuple[tuple[Stack, ...], list[Stack]]] = {}
    for stack in known.stacks:
        if bases := known.bases_of(stack):
            found.setdefault(id(bases), (bases, []))[1].append(stack)
    return [Family(bases, tuple(overrides)) for bases, overrides in found.values()]


def environment_of(override: Stack, base: Stack) -> str:
    """What the name of an override adds to that of its base, such as `prod`; else its own name."""
    own, other = (_stem(os.path.basename(each.path)) for each in (override, base))
    added = own.removeprefix(other).strip("._-") if own != other else ""
    return added if own.startswith(other) and added else own


class Apart(NamedTuple):
    """Why a stack must not be changed without its siblings, and what to do about it."""

    reason: str
    help: str


def read_alone(path: str) -> Stack | None:
    """
    The services of a stack file, or a template of one; None if it has none or cannot be read.

    Files of other forms belong to no family: what they deploy is complete.
    """
    try:
        source = decoding.read(path)
        form = form_of(path, source.text)
        if form is not None:
            view = next(iter(form.views(source)), None) if form.name in _TEMPLATES else None
            if not isinstance(view, View):
                return None
            source = source.seen_as(view)
        stack = read([source], ReadOptions())
    except (Unreadable, NotYaml):
        return None
    return stack if stack.services else None


def apart(
    loaded: Sequence[tuple[Job, Stack]], without_labels: Iterable[str] = ()
) -> dict[int, Apart]:
    """
    The stacks that are read without a base or an override that is there too, by identity.

    A base may be among the files without labels, which were found but not read. What the
    configuration lists as a stack is one, whatever else there is.
    """
    configured = set(_configured(loaded))
    stacks = [stack for _, stack in loaded if not stack.alternative.number]
    folders = {_folder(each) for each in stacks if each.is_override and id(each) not in configured}
    if folders:
        near = (path for path in without_labels if _folder_of(path) in folders)
        stacks += filter(None, map(read_alone, near))
    found: dict[int, Apart] = {}
    for family in families(stacks):
        why = _apart(family)
        paths = {path for stack in (*family.bases, *family.overrides) for path in _paths(stack)}
        for stack in (*family.bases, *family.overrides):
            if id(stack) not in configured and not paths.issubset(_paths(stack)):
                found.setdefault(id(stack), why)
    same = {stack.path: found[id(stack)] for _, stack in loaded if id(stack) in found}
    others = (stack for _, stack in loaded if stack.alternative.number)
    return found | {id(each): same[each.path] for each in others if each.path in same}


def fixed(sources: Iterable[Source]) -> Apart | None:
    """Why a stack cannot be changed exactly, because of the forms of its texts."""
    reasons = [each.view.fixed for each in sources if each.view and each.view.fixed]
    return Apart(reasons[0], "") if reasons else None


def _configured(loaded: Iterable[tuple[Job, Stack]]) -> Iterator[int]:
    """The stacks that a configuration lists, by identity."""
    listed: dict[int, frozenset[tuple[str, ...]]] = {}
    for job, stack in loaded:
        if job.settings.stacks:
            key = id(job.settings)
            if key not in listed:
                listed[key] = frozenset(each.files for each in job.settings.stacks)
            if tuple(os.path.abspath(source.path) for source in job.sources) in listed[key]:
                yield id(stack)


def _apart(family: Family) -> Apart:
    import shlex

    bases, overrides = (list(dict.fromkeys(each.path for each in stacks)) for stacks in family)
    files = " ".join(f"-c {shlex.quote(path)}" for path in (bases[0], overrides[0]))
    help_text = f"pass the files of one stack together: {quoted(files)}, or list them under "
    help_text += "`stacks:` in the configuration; `interlock-lint init` proposes the entry"
    if any(not each.is_override for each in family.overrides):
        help_text += "; list them one by one if each is a stack of its own"
    return Apart(
        f"{some([quoted(each) for each in overrides])} "
        f"{agree(overrides, 'is an override', 'are overrides')} of "
        f"{_either([quoted(each) for each in bases])}, but "
        "they are read as separate stacks: labels would be judged and changed without those in the "
        f"other {agree(overrides, 'file', 'files')}",
        help_text,
    )


def _either(names: Sequence[str]) -> str:
    return some(names) if len(names) == 1 else f"one of {some(names)}"


class _Known:
    """
    Stacks by the folders and names of their files, and by their services.

    It returns the same tuple for the same bases.
    """

    def __init__(self, stacks: Iterable[Stack]) -> None:
        self.stacks = list(stacks)
        self._by_name: dict[tuple[str, str], list[Stack]] = {}
        self._by_service: dict[tuple[str, str], list[Stack]] = {}
        self._names = {id(stack): _names(stack) for stack in self.stacks}
        self._groups: dict[tuple[int, ...], tuple[Stack, ...]] = {}
        self._crowds: dict[tuple[str, str], tuple[Stack, ...]] = {}
        for stack in self.stacks:
            if stack.is_override:
                continue
            folders: set[str] = set()
            for folder, name in _places(stack):
                self._by_name.setdefault((folder, _stem(name)), []).append(stack)
                folders.add(folder)
            for folder in folders:
                for service in self._names[id(stack)]:
                    self._by_service.setdefault((folder, service), []).append(stack)

    def bases_of(self, stack: Stack) -> tuple[Stack, ...]:
        """The stacks of which this one may be an override; none if it is a stack of its own."""
        if stack.is_override:
            return self._named(stack, _SEPARATOR) or self._with_services_of(stack)
        if len(stack.sources) > 1:
            return ()
        bases = self._named(stack, _DOT)
        return () if any(_stands_alone(stack, base) for base in bases) else bases

    def _named(self, stack: Stack, separator: str) -> tuple[Stack, ...]:
        """The stacks that this one is named after, if they have services in common."""
        own = self._names[id(stack)]
        for folder, name in _places(stack):
            stem = _stem(name)
            while stem != name and (match := re.search(separator, stem)):
                stem = stem[: match.start()]
                found = self._by_name.get((folder, stem), ())[:_MOST]
                if bases := [each for each in found if own & self._names[id(each)]]:
                    return self._group(bases)
        return ()

    def _with_services_of(self, stack: Stack) -> tuple[Stack, ...]:
        """The stacks in the folder with all of its services, or else with some of them."""
        folder = _folder(stack)
        own = self._names[id(stack)]
        places = ((folder, name) for name in sorted(own) if (folder, name) in self._by_service)
        place = min(places, key=lambda each: len(self._by_service[each]), default=None)
        if place is None:
            return ()
        found = self._by_service[place]
        if len(found) > _MOST:
            return self._crowds.setdefault(place, tuple(found))
        return self._group([each for each in found if own <= self._names[id(each)]] or found)

    def _group(self, stacks: Sequence[Stack]) -> tuple[Stack, ...]:
        return self._groups.setdefault(tuple(map(id, stacks)), tuple(stacks))


def _stands_alone(stack: Stack, base: Stack) -> bool:
    """Whether a stack that is named after another one is complete without it."""
    if any(_stem(name).endswith(f".{_ALWAYS}") for _, name in _places(stack)):
        return False
    routed = {str(each.name) for each in base.services if each.intends()}
    return all(
        service.has_image
        and (
            service.intends("hosts", "default_backend")
            or not (service.intends() or str(service.name) in routed)
        )
        for service in stack.services
    )


def _names(stack: Stack) -> frozenset[str]:
    return frozenset(str(service.name) for service in stack.services)


def _folder_of(path: str) -> str:
    return os.path.dirname(os.path.abspath(path))


def _folder(stack: Stack) -> str:
    return _folder_of(stack.path)


def _paths(stack: Stack) -> set[str]:
    return {os.path.abspath(source.path) for source in stack.sources}


def _places(stack: Stack) -> Iterator[tuple[str, str]]:
    """The folder and the name of each file."""
    return (os.path.split(os.path.abspath(source.path)) for source in stack.sources)


def _stem(name: str) -> str:
    return re.sub(_SUFFIX, "", name)
