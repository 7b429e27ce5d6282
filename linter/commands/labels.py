"""The command `labels`."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from linter import terminal
from linter.checking import registry
from linter.commands import changing, choosing, options
from linter.commands.naming import assignment, check_key, full_key
from linter.files.loader import Job, Loader
from linter.files.settings import UsageError
from linter.model.diagnostic import Unjudged, in_order
from linter.model.stack import Stack
from linter.report import changes as report
from linter.report.labels import NAMES, Listed, as_json, as_table, as_values

DESCRIPTION = "List, read, set and take out labels of services in stack files."

EPILOG = """\
examples:
  interlock-lint labels list stack.yml
  interlock-lint labels list stacks/ 'shop*' --format json
  interlock-lint labels get stack.yml web port
  interlock-lint labels set stack.yml web port=8080 hosts=app.example.com
  interlock-lint labels set --write stacks/ 'shop*' network=front
  interlock-lint labels unset --write stack.yml web sticky_session_cookie
  interlock-lint labels set --write -c base.yml -c prod.yml web port=80

`interlock-lint labels ACTION --help` says more.
"""

_WORDS = """\
SOURCE is a file, a folder, or - for standard input; with -c there is none.
SERVICE is a name or a glob: 'shop*', or '*' for all services. NAME without a
dot is a label of Interlock: `port` stands for com.docker.lb.port.
"""

_READING = """\

exit status:
  0  printed
  1  the label is not there
  2  called or configured wrongly
  3  something could not be read
"""

_SETTING = """\
VALUE stands as it does in a file: ${NAME} is a variable, $$ a dollar sign.

A label is changed where it stands. Where others share it through an anchor or a
merge and are not meant, the service gets one of its own, and keeps what it
inherits. What cannot be done exactly is refused, with a patch to apply by hand.
Every change is proved before it is shown or written. A change after which a
rule finds fault is refused too, unless --force is given.

examples:
  interlock-lint labels set stack.yml web port=8080 hosts=app.example.com
  interlock-lint labels set stack.yml web port=8080 | patch -p1
  interlock-lint labels set --write stacks/ 'shop*' network=front
  interlock-lint labels unset --write stack.yml web sticky_session_cookie
  interlock-lint labels set --write -c base.yml -c prod.yml web port=80

exit status:
  0  nothing to change, or all that was asked for is written
  1  there is something to change (without --write), or something was refused
  2  called or configured wrongly
  3  something could not be judged or written
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Give the command its four actions."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    def add(name: str, words: str, summary: str, epilog: str) -> argparse.ArgumentParser:
        action = actions.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            usage=f"interlock-lint labels {name} [OPTION…] {words}",
            epilog=epilog,
            formatter_class=parser.formatter_class,
        )
        action.add_argument("words", nargs="*", metavar=words, help=argparse.SUPPRESS)
        options.add_source_options(action, positional=False)
        group = action.add_argument_group("which services")
        choosing.add_glob_option(group, "--host", "only services with such a host")
        action.set_defaults(usage=action.format_usage().removeprefix("usage: ").strip())
        return action

    listing = add("list", "SOURCE [SERVICE…]", "list the labels of services", _WORDS + _READING)
    listing.set_defaults(act=_list)
    options.add_output_options(listing, NAMES)
    getting = add("get", "SOURCE SERVICE NAME", "print the value of a label", _WORDS + _READING)
    getting.set_defaults(act=_get)
    options.add_output_options(getting, NAMES)
    setting = add("set", "SOURCE SERVICE NAME=VALUE…", "set labels of services", _WORDS + _SETTING)
    setting.set_defaults(act=_set)
    unsetting = add(
        "unset", "SOURCE SERVICE NAME…", "take labels of services out", _WORDS + _SETTING
    )
    unsetting.set_defaults(act=_unset)
    for action in (setting, unsetting):
        changing.add_writing_options(action)
        action.add_argument(
            "--force", action="store_true", help="do it even where a rule then finds fault"
        )
        options.add_output_options(action, report.NAMES)


def run(arguments: argparse.Namespace) -> int:
    """Do what is asked for; returns the exit status."""
    words = list(arguments.words)
    if not arguments.compose_file and not words:
        raise UsageError(f"name a file: {arguments.usage}")
    arguments.sources = [] if arguments.compose_file else [words.pop(0)]
    act: Callable[[argparse.Namespace, list[str]], int] = arguments.act
    return act(arguments, words)


# -- Reading -------------------------------------------------------------------------------------


def _list(arguments: argparse.Namespace, words: list[str]) -> int:
    stacks, unread, _ = _read(arguments)
    chosen = _chosen(arguments, stacks, words, unread)
    found = [
        Listed(stack, service, service.labels)
        for stack in stacks
        for service in stack.services
        if id(service) in chosen
    ]
    _print(arguments, as_table(found), as_json(found, unread))
    return options.NOT_JUDGED if unread else 0


def _get(arguments: argparse.Namespace, words: list[str]) -> int:
    if len(words) != 2:
        raise UsageError(f"name a service and a label: {arguments.usage}")
    stacks, unread, extra = _read(arguments)
    chosen = _chosen(arguments, stacks, words[:1], unread)
    key = full_key(words[1])
    found = [
        Listed(stack, service, tuple(each for each in service.labels if each.key.value == key))
        for stack in stacks
        for service in stack.services
        if id(service) in chosen
    ]
    there = any(each.labels for each in found)
    if not there:
        check_key(words[1], extra)
    if not (there or unread):
        terminal.warn(f"`{words[0]}` has no label `{key}`")
    _print(arguments, as_values(found, exact=not sys.stdout.isatty()), as_json(found, unread))
    return options.NOT_JUDGED if unread else 0 if there else options.FINDINGS


class _Asked(NamedTuple):
    """What there is to read: stacks, what could not be read, and labels that are known besides."""

    stacks: list[Stack]
    unread: list[Unjudged]
    extra: frozenset[str]


def _read(arguments: argparse.Namespace) -> _Asked:
    loader = Loader(options.request(arguments), registry.names(), terminal.standard_input)
    pairs = list(options.announced(arguments, loader.stacks()))
    stacks = [stack for _, stack in pairs]
    unread = in_order([*loader.unjudged, *(each for stack in stacks for each in stack.unjudged)])
    for each in unread:
        terminal.warn_unjudged(each)
    return _Asked(stacks, unread, _extra_of(job for job, _ in pairs))


def _print(arguments: argparse.Namespace, text: str, data: str) -> None:
    for name, path in options.outputs(arguments, NAMES):
        options.write(path, data if name == "json" else text)
    sys.stdout.write(data if arguments.format == "json" else text)


# -- Changing ------------------------------------------------------------------------------------


def _set(arguments: argparse.Namespace, words: list[str]) -> int:
    globs = [word for word in words[:1] if "=" not in word]
    pairs = [assignment(word) for word in words[len(globs) :]]
    if not pairs or not (globs or arguments.host):
        raise UsageError(f"name a service and what to set: {arguments.usage}")
    twice = [
        name for name, times in Counter(full_key(name) for name, _ in pairs).items() if times > 1
    ]
    if twice:
        raise UsageError(f"`{twice[0]}` is given twice")
    workspace = changing.Workspace(arguments)
    stacks = [each.stack for each in workspace.stacks]
    if not arguments.force:
        for name, _ in pairs:
            check_key(name, _extra_of(each.job for each in workspace.stacks))
    chosen = _chosen(arguments, stacks, globs, workspace.unjudged)
    wanted = {full_key(name): value for name, value in pairs}
    return _change("labels set", workspace, chosen, wanted)


def _unset(arguments: argparse.Namespace, words: list[str]) -> int:
    if len(words) < 2:
        raise UsageError(f"name a service and what to take out: {arguments.usage}")
    workspace = changing.Workspace(arguments)
    stacks = [each.stack for each in workspace.stacks]
    chosen = _chosen(arguments, stacks, words[:1], workspace.unjudged)
    known = {
        label.key.value
        for stack in stacks
        for service in stack.services
        if id(service) in chosen
        for label in service.labels
    }
    for name in words[1:]:
        if full_key(name) not in known and not workspace.unjudged:
            check_key(name, _extra_of(each.job for each in workspace.stacks))
    return _change("labels unset", workspace, chosen, {full_key(name): None for name in words[1:]})


def _change(
    command: str, workspace: changing.Workspace, chosen: set[int], wanted: Mapping[str, str | None]
) -> int:
    """Make the same changes of labels for the chosen services."""
    outputs = options.outputs(workspace.arguments, report.NAMES)
    session = changing.session(workspace)
    outcome = session.set_labels(chosen, wanted, force=workspace.arguments.force)
    return workspace.finish(command, outcome, outputs)


def _chosen(
    arguments: argparse.Namespace,
    stacks: list[Stack],
    globs: list[str],
    unread: Sequence[Unjudged],
) -> set[int]:
    return choosing.services(stacks, globs, arguments.host, "SERVICE", complete=not unread)


def _extra_of(jobs: Iterable[Job]) -> frozenset[str]:
    """Labels that a configuration says are known besides."""
    return frozenset().union(*(job.settings.extra_labels for job in jobs))
