"""The options for what is read and judged, and what they mean."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Iterable, Iterator

from linter import TYPE_CHECKING, terminal
from linter.checking import registry
from linter.checking.ruleset import Selection
from linter.commands.parser import one_of
from linter.files.request import Job, Request
from linter.files.settings import UsageError
from linter.model import targets
from linter.model.diagnostic import Severity
from linter.model.names import Misnamed, stack_name
from linter.model.proxy import Proxy
from linter.reading.forms import NAMES

if TYPE_CHECKING:
    from typing import TypeVar

    Known = TypeVar("Known")


def add_source_options(parser: argparse.ArgumentParser, *, positional: bool = True) -> None:
    """Options for what is read and what is known about it; SOURCE only if `positional`."""
    parser.set_defaults(fail_on=None, baseline=None)
    group = parser.add_argument_group("input")
    if positional:
        group.add_argument(
            "sources",
            nargs="*",
            metavar="SOURCE",
            help="file, folder, git:REVISION[:PATH], swarm:[CONTEXT] for what runs, or - for stdin "
            "(default: current folder)",
        )
    group.add_argument(
        "-c",
        "--compose-file",
        action="append",
        default=[],
        metavar="FILE",
        help="file of a single stack, as in docker stack deploy; may be repeated",
    )
    group.add_argument(
        "--stdin-filename",
        default="<stdin>",
        metavar="NAME",
        help="file name to use for stdin",
    )
    group.add_argument(
        "--as",
        dest="form",
        type=one_of(NAMES),
        metavar="FORM",
        help=f"read all files as this form: {', '.join(NAMES)} (default: by name and content)",
    )
    group.add_argument("--stack-name", metavar="NAME", help="name the stack is deployed under")
    group.add_argument(
        "--target", metavar="VERSION", help="product version the stack runs on, such as mke-3.8.16"
    )
    group.add_argument(
        "--proxy-config",
        metavar="FILE",
        help="Interlock's own config.toml, listing the service clusters that exist",
    )
    group.add_argument(
        "--env-file",
        action="append",
        default=[],
        metavar="FILE",
        help="read variables from a file of NAME=VALUE lines; all others are unset",
    )
    group.add_argument(
        "--env",
        action="store_true",
        help="read variables from the environment; all others are unset",
    )
    group.add_argument("--config", metavar="FILE", help="use this configuration file")
    group.add_argument("--isolated", action="store_true", help="ignore all configuration files")
    group.add_argument(
        "--exclude",
        action="append",
        default=[],
        metavar="GLOB",
        help="also skip these files when searching folders",
    )
    group.add_argument(
        "--force-exclude",
        action="store_true",
        help="skip excluded files even if they are named explicitly",
    )
    group.add_argument(
        "--timeout",
        type=_seconds,
        default=30.0,
        metavar="SECONDS",
        help="longest time to wait for each answer of an engine (default: 30)",
    )
    group.add_argument(
        "--allow-empty",
        action="store_true",
        help="succeed if a folder contains no stack files",
    )


def _seconds(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,3})?", text) or float(text) <= 0:
        raise argparse.ArgumentTypeError(f"`{text}` is not a number of seconds")
    return float(text)


def add_docker_option(group: argparse._ArgumentGroup) -> None:
    """The option to ask the Docker CLI as well."""
    group.add_argument(
        "--ask-docker",
        action="store_true",
        help="also run `docker stack config` on each stack, with the given variables only",
    )


def asks_docker(arguments: argparse.Namespace) -> bool:
    """Whether the user wants Docker to be asked. Raises UsageError if it cannot be asked."""
    if not arguments.ask_docker:
        return False
    from linter.files import docker

    if reason := docker.why_not():
        raise UsageError(f"--ask-docker: {reason}")
    return True


def add_rule_options(parser: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """Options for which rules run."""
    group = parser.add_argument_group("rules")
    several = "RULE[,RULE…]"
    group.add_argument(
        "--select", action="append", default=[], metavar=several, help="run only these rules"
    )
    group.add_argument(
        "--ignore", action="append", default=[], metavar=several, help="do not run these rules"
    )
    return group


def request(arguments: argparse.Namespace) -> Request:
    """The request that the input options describe. Raises UsageError."""
    if arguments.config is not None and not os.path.exists(arguments.config):
        raise UsageError(f"--config: {arguments.config}: no such file")
    try:
        target = None if arguments.target is None else targets.parse(arguments.target)
    except targets.UnknownTarget as error:
        raise UsageError(f"--target: {error}") from None
    try:
        name = None if arguments.stack_name is None else stack_name(arguments.stack_name)
    except Misnamed as error:
        raise UsageError(f"--stack-name: {error}") from None
    return Request(
        sources=tuple(arguments.sources),
        compose_files=tuple(arguments.compose_file),
        stdin_filename=arguments.stdin_filename,
        config=arguments.config,
        isolated=arguments.isolated,
        target=target,
        proxy=_proxy(arguments.proxy_config),
        stack_name=name,
        env_files=tuple(arguments.env_file),
        env=arguments.env,
        fail_on=Severity(arguments.fail_on) if arguments.fail_on else None,
        force_exclude=arguments.force_exclude,
        exclude=tuple(arguments.exclude),
        allow_empty=arguments.allow_empty,
        timeout=arguments.timeout,
        outputs=tuple(text.partition("=")[2] for text in arguments.output),
        form=arguments.form,
        baseline=arguments.baseline,
    )


def timeout(arguments: argparse.Namespace) -> float:
    """How many seconds an engine has for each answer."""
    return float(arguments.timeout)


def announced(
    arguments: argparse.Namespace, stacks: Iterable[tuple[Job, Known]]
) -> Iterator[tuple[Job, Known]]:
    """Pass stacks on; with --verbose, show which files and configurations are used."""
    configurations: set[str | None] = set()
    for job, stack in stacks:
        if arguments.verbose:
            settings = job.settings
            if settings.path not in configurations:
                configurations.add(settings.path)
                terminal.warn(f"configuration: {settings.path or 'none'}")
                if settings.proxy:
                    terminal.warn(f"proxy configuration: {settings.proxy.path}")
            variables = f" with {', '.join(job.env_files)}" if job.env_files else ""
            terminal.warn(f"reading {', '.join(each.path for each in job.sources)}{variables}")
        yield job, stack


def _proxy(path: str | None) -> Proxy | None:
    if path is None:
        return None
    from linter.files.config_file import load_proxy

    try:
        return load_proxy(path)
    except UsageError as error:
        raise UsageError(f"--proxy-config: {error}") from None


def selection(arguments: argparse.Namespace) -> Selection:
    """What `--select` and `--ignore` choose. Raises UsageError."""
    return Selection(
        frozenset(registry.named(arguments.select, "--select")),
        frozenset(registry.named(arguments.ignore, "--ignore")),
    )
