"""
Reads the stacks and services that the tasks of Ansible deploy.

`docker_stack` has stacks as mappings, which are YAML where they stand, and as paths;
`docker_swarm_service` has the settings of one service. What Jinja puts in is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache, partial
from itertools import islice
from typing import NamedTuple

from linter.model.names import Misnamed, stack_name
from linter.reading import ansible_commands, ansible_service
from linter.reading.ansible_paths import COPYING, Copied, reference
from linter.reading.ansible_tasks import modules
from linter.reading.ansible_values import as_ansible_reads, text_of, value_of
from linter.reading.bounds import most_stacks, refusal
from linter.reading.forms import Composed, Part
from linter.syntax.composer import NotYaml, compose
from linter.syntax.expressions import expressions
from linter.syntax.mask import Hole, Masked, mask
from linter.syntax.nodes import (
    AliasNode,
    Document,
    MappingNode,
    ScalarNode,
    SequenceNode,
    Value,
    follow,
    nodes,
    scalars,
)
from linter.syntax.source import LINE_BREAK, Source, Span, View

_MODULE = re.compile(r"(?:community\.(?:docker|general)\.)?docker_(?P<kind>stack|swarm_service)")


class _Task(NamedTuple):
    """A task that deploys something: which module it uses, and with which arguments."""

    kind: str
    arguments: MappingNode


class _Tasks(NamedTuple):
    """The tasks of a file that deploy something, in order, and those that copy files."""

    deploying: list[_Task]
    copying: list[Copied]


def views(source: Source) -> Iterator[View | Composed]:
    """One for each task that deploys a stack or a service, and those of commands."""
    most = most_stacks(source.text)
    left = most
    for number, task in enumerate(_tasks(source.text).deploying):
        parts = tuple(islice(_parts(source, number, task), left + 1))
        left -= max(len(parts), 1)
        if left < 0:
            reason, start = refusal(most), task.arguments.start
            yield View("ansible", tree=partial(_refuse, reason=reason, start=start))
            break
        if parts:
            yield parts[0] if len(parts) == 1 and isinstance(parts[0], View) else Composed(parts)
    yield from ansible_commands.views(source)


def _refuse(source: Source, reason: str, start: int) -> Document:
    """Refuse what is beyond the limit. Raises NotYaml."""
    raise NotYaml(reason, Span(source, start, start))


@lru_cache(maxsize=4)  # each stack of a file is looked for in the same text
def _tasks(text: str) -> _Tasks:
    """The tasks that matter in a text; none in what is not YAML."""
    found = _Tasks([], [])
    for module, arguments in modules(text):
        if isinstance(arguments, MappingNode):
            _add(found, module, arguments)
    found.deploying.sort(key=lambda task: task.arguments.start)
    return found


def _add(found: _Tasks, module: str, arguments: MappingNode) -> None:
    """Add a task, if it is of one of the modules that matter."""
    if match := _MODULE.fullmatch(module):
        if text_of(arguments, "state") != "absent":
            found.deploying.append(_Task(match["kind"], arguments))
    elif module in COPYING:
        source, destination = text_of(arguments, "src"), text_of(arguments, "dest")
        if source and destination:
            found.copying.append(Copied(destination, source, COPYING[module]))


def _parts(source: Source, number: int, task: _Task) -> Iterator[Part]:
    """What makes up the stack of a task, in the order in which later parts override earlier."""
    if task.kind == "swarm_service":
        yield View(
            ansible_service.FORM,
            partial(_only_service, number=number),
            ansible_service.document,
            "a `docker_swarm_service` task has to be changed by hand",
            native=True,
        )
        return
    name, copies = _stack_name(task), _tasks(source.text).copying
    for place, node in enumerate(_composed(task)):
        if isinstance(node, MappingNode):
            read = partial(_only_part, number=number, place=place)
            if _is_closed(node):
                yield View("ansible", read, _document, stack=name, native=True)
            else:
                found = partial(_document_within, number=number, place=place)
                reason = "it uses anchors from elsewhere in the file"
                yield View(
                    "ansible", partial(read, alone=False), found, reason, stack=name, native=True
                )
        elif isinstance(node, ScalarNode):
            for path in node.value.split(",") if "{{" not in node.value else [node.value]:
                yield reference(path, node, source, name, copies)


def _stack_name(task: _Task) -> str | None:
    try:
        return stack_name(text_of(task.arguments, "name") or "")
    except Misnamed:
        return None


def _composed(task: _Task) -> list[Value]:
    value = value_of(task.arguments, "compose")
    if isinstance(value, SequenceNode):
        return [follow(item) for item in value.children]
    return [] if value is None else [value]


def _part(text: str, number: int, place: int) -> MappingNode:
    found = _composed(_tasks(text).deploying[number])[place]
    assert isinstance(found, MappingNode)  # noqa: S101 - the text has the tasks it is read for
    return found


def _is_closed(mapping: MappingNode) -> bool:
    """Whether all that its aliases refer to is in a mapping too."""
    return all(
        mapping.start <= each.target.start < mapping.end
        for each in nodes(mapping)
        if isinstance(each, AliasNode)
    )


# -- What of the text is YAML ----------------------------------------------------------------------


def _only_service(text: str, number: int) -> Masked:
    return _only(text, _tasks(text).deploying[number].arguments)


def _only_part(text: str, number: int, place: int, *, alone: bool = True) -> Masked:
    return _only(text, _part(text, number, place), alone=alone)


def _only(text: str, mapping: MappingNode, *, alone: bool = True) -> Masked:
    """A mapping, with holes for expressions; `alone`, or with everything else."""
    holes = (
        Hole(*each)
        for scalar in scalars(mapping)
        for each in expressions(text, scalar.start, scalar.end)
    )
    start, end = mapping.start, mapping.end
    if not mapping.flow:  # a comment behind its last value belongs to it
        line_break = re.compile(LINE_BREAK).search(text, end)
        end = line_break.start() if line_break else len(text)
    return mask(text, [(0, start), (end, len(text))] if alone else [], dict.fromkeys(holes))


# -- The documents of stack files -----------------------------------------------------------------


def _document(source: Source) -> Document:
    """The stack file in a text in which everything else is hidden."""
    document = compose(source)
    as_ansible_reads(document.root)
    return document


def _document_within(source: Source, number: int, place: int) -> Document:
    """A stack file with anchors from elsewhere in the text."""
    whole = compose(source)
    inside = _part(source.text, number, place)
    root = next(
        node
        for node in nodes(whole.root)
        if isinstance(node, MappingNode) and (node.start, node.end) == (inside.start, inside.end)
    )
    as_ansible_reads(root)
    own = (each for each in whole.duplicates if root.start <= each.key.start < root.end)
    return Document(source, root, tuple(own))
