"""Knows the command line: options, exit status, and the only place that prints."""

from __future__ import annotations

import argparse
import gc
import io
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TextIO

from linter import __version__, manual, registry, report, targets
from linter.config import UsageError, load_proxy
from linter.diagnostic import Severity, Unjudged
from linter.engine import Engine, Selection
from linter.reading import Context, read
from linter.report.escape import escape
from linter.rule import Rule
from linter.sources import Job, Loader, Request
from linter.syntax import NotYaml
from linter.words import did_you_mean

FINDINGS, MISUSED, NOT_JUDGED = 1, 2, 3

_STATUS = """\
exit status:
  0  nothing found at or above the threshold (--fail-on)
  1  findings
  2  called or configured wrongly
  3  something could not be judged: unreadable, not YAML, refused by Docker
"""

_CHECK_EXAMPLES = """\
examples:
  interlock-lint check                          stack files below this folder
  interlock-lint check stack.yml                one file
  interlock-lint check -c base.yml -c prod.yml  one stack of two files
  envsubst < stack.yml | interlock-lint check -
  interlock-lint check --env-file prod.env --target mke-3.8.16 stack.yml
  interlock-lint check --output json=report.json --format concise stacks/

A folder is searched for compose*, docker-compose*, stack*, docker-stack*, *.stack.* and
*.compose.* (.yml or .yaml), and for other YAML files that hold a com.docker.lb label; what git
ignores is left out. Stack files found there that hold no such label are passed over. A file that
is named is always judged.

Each file is a stack of its own; a base and its override are one with -c, or with `stacks:` in the
configuration. Stacks that are checked together are looked at together: services with the same host
share its requests.

"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the return value is the exit status."""
    sys.stdout = sys.stdout or _nowhere()  # None where it was closed before the start
    sys.stderr = sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    parser = _parser()
    arguments = parser.parse_args(argv)
    try:
        status: int = arguments.run(arguments)
        sys.stdout.flush()
    except UsageError as error:
        _complain(f"error: {error}")
        return MISUSED
    except BrokenPipeError:
        # The reader has gone; nothing must be written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINDINGS
    except KeyboardInterrupt:
        return 130
    except OSError as error:  # of the streams: files have been dealt with
        _complain(f"error: cannot print: {(error.strerror or str(error)).lower()}")
        sys.stdout = _nowhere()  # what is left in the buffer would fail once more at exit
        return NOT_JUDGED
    except Exception as error:
        if os.environ.get("INTERLOCK_LINT_TRACEBACK"):
            raise
        _complain(
            f"error: interlock-lint failed: {type(error).__name__}: {error}; this is a fault of "
            "interlock-lint, please report it (INTERLOCK_LINT_TRACEBACK=1 shows where)"
        )
        return NOT_JUDGED
    return status


def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - for the whole run


def _standard_input() -> bytes:
    return sys.stdin.buffer.read() if sys.stdin else b""


def _parser() -> argparse.ArgumentParser:
    formatter = _formatter
    parser = argparse.ArgumentParser(
        prog="interlock-lint",
        description="Linter for Docker Interlock labels (com.docker.lb.*) in Swarm stack files.",
        epilog=_STATUS,
        formatter_class=formatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    check = commands.add_parser(
        "check",
        help="find what is wrong with the labels in stack files",
        description="Find what is wrong with the Interlock labels in stack files.",
        epilog=_CHECK_EXAMPLES + _STATUS,
        formatter_class=formatter,
    )
    _add_source_options(check)
    _add_rule_options(check)
    _add_output_options(check)
    check.set_defaults(run=_check)

    rules = commands.add_parser(
        "rules",
        help="list the rules",
        description="List the rules: name, severity, kind of fix (safe, unsafe or -), summary.",
        epilog="examples:\n  interlock-lint rules\n  interlock-lint rules network vip",
        formatter_class=formatter,
    )
    rules.add_argument("words", nargs="*", metavar="WORD", help="only rules with all these words")
    rules.set_defaults(run=_rules)

    explain = commands.add_parser(
        "explain",
        help="show the manual of a rule",
        description="Show the manual of a rule: what is wrong, why, and how to mend it.",
        epilog="example:\n  interlock-lint explain sticky-session-in-vip-mode",
        formatter_class=formatter,
    )
    explain.add_argument("rules", nargs="+", metavar="RULE", help="name of a rule")
    explain.set_defaults(run=_explain)
    return parser


def _formatter(prog: str) -> argparse.HelpFormatter:
    # Without a width argparse imports a slow module, for every argument that is added.
    return argparse.RawDescriptionHelpFormatter(prog, width=_width() - 2)


def _add_source_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what is read")
    group.add_argument(
        "sources",
        nargs="*",
        metavar="SOURCE",
        help="file, folder, or - for standard input (default: this folder)",
    )
    group.add_argument(
        "-c",
        "--compose-file",
        action="append",
        default=[],
        metavar="FILE",
        help="file of one stack, as in docker stack deploy; repeat it for further files",
    )
    group.add_argument("--stdin-filename", default="<stdin>", metavar="NAME", help="name of -")
    group.add_argument("--stack-name", metavar="NAME", help="name that the stack is deployed under")
    group.add_argument(
        "--target", metavar="VERSION", help="product version that the stack runs on: mke-3.8.16"
    )
    group.add_argument(
        "--proxy-config",
        type=Path,
        metavar="FILE",
        help="Interlock's own config.toml, with the service clusters that there are",
    )
    group.add_argument(
        "--env-file",
        action="append",
        default=[],
        metavar="FILE",
        help="take variables from NAME=VALUE lines; others are unset then",
    )
    group.add_argument(
        "--env", action="store_true", help="take variables from the environment; others are unset"
    )
    group.add_argument("--config", type=Path, metavar="FILE", help="use this configuration")
    group.add_argument("--isolated", action="store_true", help="use no configuration file")
    group.add_argument(
        "--force-exclude",
        action="store_true",
        help="leave out files that the configuration excludes even when they are named",
    )


def _add_rule_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what is judged")
    names = "RULE[,RULE…]"
    group.add_argument(
        "--select", action="append", default=[], metavar=names, help="run only these rules"
    )
    group.add_argument(
        "--ignore", action="append", default=[], metavar=names, help="do not run these rules"
    )
    group.add_argument(
        "--fail-on",
        choices=["info", "warning", "error"],
        help="lowest severity that makes the exit status 1 (default: warning)",
    )


def _add_output_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what is printed")
    group.add_argument("--format", choices=report.NAMES, default="text", help="(default: text)")
    group.add_argument(
        "--output",
        action="append",
        default=[],
        metavar="FORMAT=FILE",
        help="write a report to a file as well; may be repeated",
    )
    group.add_argument(
        "--color", choices=["auto", "always", "never"], default="auto", help="(default: auto)"
    )
    volume = group.add_mutually_exclusive_group()
    volume.add_argument("-q", "--quiet", action="store_true", help="findings only, no summary")
    volume.add_argument("-v", "--verbose", action="store_true", help="say what is being read")


# -- Commands ----------------------------------------------------------------------------------


def _check(arguments: argparse.Namespace) -> int:
    # Nothing here makes cycles, and looking for them doubles the time that a large file takes.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _check_all(arguments)
    finally:
        if collecting:
            gc.enable()


def _check_all(arguments: argparse.Namespace) -> int:
    rules = registry.load()
    outputs = [_output(text) for text in arguments.output]
    selection = Selection(_names(arguments.select, rules), _names(arguments.ignore, rules))
    loader = Loader(_request(arguments), frozenset(rules), _standard_input)
    engine = Engine(rules.values(), selection, date.today())  # noqa: DTZ011 - a day of the user's calendar
    for job in loader.jobs():
        if arguments.verbose:
            _complain(f"reading {', '.join(source.path for source in job.sources)}")
        _judge(job, engine)
    engine.report.unjudged.extend(loader.unjudged)
    engine.report.files += loader.passed_over
    result = engine.finish()
    for unjudged in result.unjudged:
        _complain(_unjudged(unjudged))
    if not (result.files or result.unjudged):
        _complain("warning: no stack files found")
    for name, path in outputs:
        _write(path, report.reporter(name)(result, report.Style()))
    sys.stdout.write(report.reporter(arguments.format)(result, _style(arguments)))
    return NOT_JUDGED if result.unjudged else FINDINGS if result.failed else 0


def _judge(job: Job, engine: Engine) -> None:
    context = Context(
        environment=job.environment,
        extra_labels=job.config.extra_labels,
        stack_name=job.name,
        target=job.config.target,
        proxy=job.config.proxy,
    )
    try:
        stack = read(job.sources, context)
    except NotYaml as error:
        path = error.span.source.path
        engine.report.unjudged.append(Unjudged(path, error.reason, error.span))
        return
    engine.judge(stack, job.config)


def _rules(arguments: argparse.Namespace) -> int:
    found = [rule for rule in registry.load().values() if _mentions(rule, arguments.words)]
    longest = max((len(rule.name) for rule in found), default=0)
    for rule in found:
        print(f"{rule.name:{longest}}  {rule.severity:7}  {rule.fix:6}  {rule.summary}")
    if not found:
        _complain(f"no rule mentions {' and '.join(f'`{word}`' for word in arguments.words)}")
    return 0 if found else FINDINGS


def _mentions(rule: Rule, words: Sequence[str]) -> bool:
    text = f"{rule.name} {rule.severity} {rule.fix} {rule.subject} {rule.summary}".lower()
    return all(word.lower() in text for word in words)


def _explain(arguments: argparse.Namespace) -> int:
    rules = registry.load()
    pages = [manual.page(rules[name]) for name in sorted(_names(arguments.rules, rules))]
    print("\n".join(pages), end="")
    return 0


# -- Options -----------------------------------------------------------------------------------


def _request(arguments: argparse.Namespace) -> Request:
    if arguments.config and not arguments.config.is_file():
        raise UsageError(f"--config: there is no file {arguments.config}")
    try:
        target = targets.parse(arguments.target) if arguments.target else None
    except targets.UnknownTarget as error:
        raise UsageError(f"--target: {error}") from None
    default = () if arguments.compose_file else (".",)
    return Request(
        sources=tuple(arguments.sources) or default,
        compose_files=tuple(arguments.compose_file),
        stdin_filename=arguments.stdin_filename,
        config=arguments.config,
        isolated=arguments.isolated,
        target=target,
        proxy=load_proxy(arguments.proxy_config) if arguments.proxy_config else None,
        stack_name=arguments.stack_name,
        env_files=tuple(arguments.env_file),
        env=arguments.env,
        fail_on=Severity(arguments.fail_on) if arguments.fail_on else None,
        force_exclude=arguments.force_exclude,
    )


def _names(texts: Sequence[str], rules: dict[str, Rule]) -> frozenset[str]:
    """Names of rules, several to an option if need be. Raises UsageError for one that is none."""
    names = [name.strip() for text in texts for name in text.split(",") if name.strip()]
    for name in names:
        if name not in rules:
            hint = did_you_mean(name, rules) or "; `interlock-lint rules` lists them"
            raise UsageError(f"there is no rule `{name}`{hint}")
    return frozenset(names)


def _output(text: str) -> tuple[str, Path]:
    name, _, path = text.partition("=")
    if name not in report.NAMES or not path:
        raise UsageError(
            f"--output {text}: write FORMAT=FILE with a format of {', '.join(report.NAMES)}"
        )
    return name, Path(path)


def _style(arguments: argparse.Namespace) -> report.Style:
    color = arguments.color == "always"
    if arguments.color == "auto" and not os.environ.get("NO_COLOR"):
        color = bool(os.environ.get("FORCE_COLOR")) or (
            sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
        )
    return report.Style(color=color, width=_width(), quiet=arguments.quiet)


def _width() -> int:
    """Columns of the terminal, as COLUMNS says or the terminal itself; 80 for a pipe."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (OSError, ValueError):  # no terminal, or no file at all
        return 80


# -- Printing ----------------------------------------------------------------------------------


def _unjudged(unjudged: Unjudged) -> str:
    place = unjudged.path
    if unjudged.span:
        line, column = unjudged.span.position
        place += f":{line}:{column}"
    help_text = f"; {unjudged.help}" if unjudged.help else ""
    return f"{place}: not judged: {unjudged.reason}{help_text}"


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise UsageError(f"--output: {path}: {(error.strerror or str(error)).lower()}") from None


def _complain(text: str) -> None:
    print(escape(text), file=sys.stderr)
