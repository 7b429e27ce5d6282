"""What can come next on a command line, for the scripts of the command `completion`."""

from __future__ import annotations

import argparse
import os
import re
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from linter import commands
from linter.commands.parser import Choice, Parser, make_parser

# Nothing else is offered: a shell would take other characters in the names of a file for its own.
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_LONG_PREFIX = "com.docker.lb."


class Candidates(NamedTuple):
    """
    What a word can become, with descriptions; or that it is the path of a file.

    The path starts at character `start` of the word.
    """

    words: Mapping[str, str] = {}
    files: bool = False
    start: int = 0

    def behind(self, prefix: str) -> Candidates:
        """The same, as the rest of a word."""
        words = {prefix + word: text for word, text in self.words.items()}
        return Candidates(words, self.files, self.start + len(prefix))


_FILES = Candidates(files=True)


def answer(words: Sequence[str]) -> str:
    """
    What a script asks for: its shell, and the words of the command line, the last to be completed.

    bash does not say how it splits a line into words, so it sends the end of the last word, as far
    as bash sees it, and the line. The first line of the answer is `words`, or `files` with the
    start of the path in the word. Candidates follow.
    """
    shell, *rest = words or [""]
    end = ""
    if shell == "bash" and len(rest) == 2:
        end, rest = rest[0], _words(rest[1])
    *before, word = rest or [""]
    found = after(before, word)
    if found.files:
        return f"files {found.start}\n"
    cut = len(word) - len(end) if shell == "bash" and word.endswith(end) else 0
    lines = ["words"]
    for each, text in found.words.items():
        if not each.startswith(word):
            continue
        if shell == "zsh":
            escaped = each.replace("\\", "\\\\").replace(":", "\\:")
            lines.append(f"{escaped}:{text}" if text else escaped)
        else:
            lines.append(f"{each}\t{text}" if shell == "fish" and text else each[cut:])
    return "\n".join(lines) + "\n"


def _words(line: str) -> list[str]:
    """The words of a line after the name of the program; the last may be empty or unfinished."""
    for end in ("", '"', "'"):
        try:
            words = shlex.split(line + end)
        except ValueError:  # an open quote
            continue
        return words[1:] if end or not line[-1:].isspace() else [*words[1:], ""]
    return [""]


def after(before: Sequence[str], word: str) -> Candidates:
    """What can be in place of `word`, after other words."""
    if not before:
        options = {"--help": "show the help", "--version": "show the version"}
        return Candidates(options if word.startswith("-") else commands.SUMMARIES)
    name, *rest = before
    if name == "--version":
        return Candidates({"--verbose": "also show versions of Python and libraries"})
    if name not in commands.SUMMARIES:
        return Candidates()
    if group := commands.group(name):
        if not rest:
            return Candidates(group.ACTIONS)
        action, *rest = rest
        if action not in group.ACTIONS:
            return Candidates()
        name = f"{name} {action}"
    return _Line(name, rest).after(word)


class _Line:
    """A command with the words that follow it; `taking` is an option that still needs a value."""

    def __init__(self, name: str, words: Iterable[str]) -> None:
        self.parser = make_parser(name)
        self.usage = commands.load(name).USAGE
        self.positional: list[str] = []
        self.compose_files: list[str] = []
        self.taking: argparse.Action | None = None
        self._ended = False
        for word in words:
            self._add(word)

    def _add(self, word: str) -> None:
        if self.taking is not None:
            if "-c" in self.taking.option_strings:
                self.compose_files.append(word)
            self.taking = None
        elif self._ended or word == "-" or not word.startswith("-"):
            self.positional.append(word)
        elif word == "--":
            self._ended = True
        else:
            self.taking = _with_value(self.parser, word)

    def after(self, word: str) -> Candidates:
        """What can come next."""
        if self.taking is not None:
            return self._values(self.taking, word)
        if self._ended or not word.startswith("-"):
            return self._arguments(word)
        option, sign, text = word.partition("=")
        if not sign:
            options = self.parser.options.items()
            return Candidates({name: _summary(action) for name, action in options})
        action = _with_value(self.parser, option)
        return self._values(action, text).behind(f"{option}=") if action else Candidates()

    def _values(self, action: argparse.Action, word: str) -> Candidates:
        """The values of an option."""
        if isinstance(action.type, Choice):
            return Candidates(dict.fromkeys(action.type.choices, ""))
        option = action.option_strings[-1]
        kind = option if option in _KINDS else str(action.metavar)
        return _KINDS[kind](self, word) if kind in _KINDS else Candidates()

    def _arguments(self, word: str) -> Candidates:
        """What can be at the next position, as the usage says."""
        found: dict[str, str] = {}
        for kind in self._next():
            candidates = _KINDS[kind](self, word) if kind in _KINDS else Candidates()
            if candidates.files:
                return candidates
            found.update(candidates.words)
        return Candidates(found)

    def _next(self) -> list[str]:
        """The kinds of arguments that can come next."""
        places = re.sub(r"--\S+ \S+|[\[\]]", "", self.usage).split()
        if self.compose_files:  # they are in place of a source
            places = [each for each in places if not each.startswith("SOURCE")]
        given = len(self.positional)
        found: list[str] = []
        for number, place in enumerate(places):
            if place.endswith("…"):
                found += [place.rstrip("…")] if number <= given else []
            elif number == given:
                found = [place]
        pairs = [kind for kind in found if "=" in kind]
        return pairs if pairs and any("=" in each for each in self.positional[1:]) else found

    def _services(self) -> Iterable[tuple[str, list[str], list[str]]]:
        """The services of the files on the line: their names, hosts and labels."""
        from linter.commands import loading
        from linter.files.request import Request

        if self.compose_files:
            request = Request(compose_files=tuple(self.compose_files))
        else:
            several = self.parser.prog.split()[1] != "labels"
            sources = self.positional if several else self.positional[:1]
            request = Request(sources=tuple(each for each in sources if os.path.exists(each)))
            if sources and not request.sources:
                return
        for _, stack in loading.loader(request, lambda: b"").stacks():
            for service in stack.services:
                labels = [str(label.key.value) for label in service.labels]
                yield str(service.name), list(map(str, service.hosts)), labels

    def services(self, word: str) -> Candidates:
        del word
        return _plain(name for name, _, _ in self._services())

    def service_values(self, word: str) -> Candidates:
        """Services, each to be followed by a value."""
        return Candidates({f"{name}=": "" for name in self.services(word).words})

    def hosts(self, word: str) -> Candidates:
        del word
        return _plain(host for _, hosts, _ in self._services() for host in hosts)

    def labels(self, word: str) -> Candidates:
        """The labels of the service on the line, without the prefix of Interlock."""
        del word
        service = self.positional[-1] if self.compose_files else self.positional[1]
        found = [labels for name, _, labels in self._services() if name == service]
        return _plain(key.removeprefix(_LONG_PREFIX) for keys in found for key in keys)

    def formats(self, word: str) -> Candidates:
        """FORMAT=FILE."""
        name, sign, _ = word.partition("=")
        if sign:
            return _FILES.behind(f"{name}=")
        known = self.parser.options["--format"].type
        choices = known.choices if isinstance(known, Choice) else ()
        return Candidates({f"{choice}=": "" for choice in choices})


def _with_value(parser: Parser, option: str) -> argparse.Action | None:
    """The option with this name, if a value follows it."""
    action = parser.options.get(option)
    return None if action is None or action.nargs == 0 else action


def _summary(action: argparse.Action) -> str:
    return (action.help or "").replace("%%", "%")


def _plain(names: Iterable[str]) -> Candidates:
    return Candidates({name: "" for name in names if _PLAIN.fullmatch(name)})


def _files(_line: _Line, _word: str) -> Candidates:
    return _FILES


def _assignments(_line: _Line, word: str) -> Candidates:
    """NAME=VALUE of a label."""
    from linter.model.vocabulary import rows

    known = {row.name: row for row in rows().values() if row.status == "current"}
    name, sign, _ = word.partition("=")
    if not sign:
        return Candidates({f"{each}=": row.schema["description"] for each, row in known.items()})
    row = known.get(name)
    values = row.choices or ("true",) * row.is_switch if row else ()
    return Candidates({f"{name}={value}": "" for value in values})


def _rules(_line: _Line, _word: str) -> Candidates:
    from linter.checking import registry

    return Candidates({name: rule.summary for name, rule in registry.load().items()})


def _several_rules(line: _Line, word: str) -> Candidates:
    first, comma, _ = word.rpartition(",")
    return _rules(line, word).behind(first + comma)


def _targets(_line: _Line, _word: str) -> Candidates:
    from linter.model.targets import LINES

    return Candidates(dict.fromkeys(LINES, ""))


def _shells(_line: _Line, _word: str) -> Candidates:
    from linter.commands.completion import SHELLS

    return Candidates(dict.fromkeys(SHELLS, ""))


# By how the help text calls them, or by the name of the option.
_KINDS: dict[str, Callable[[_Line, str], Candidates]] = {
    "SOURCE": _files,
    "OLD": _files,
    "NEW": _files,
    "FILE": _files,
    "FOLDER": _files,
    "--exclude": _files,
    "RULE": _rules,
    "RULE[,RULE…]": _several_rules,
    "VERSION": _targets,
    "SHELL": _shells,
    "FORMAT=FILE": _Line.formats,
    "SERVICE": _Line.services,
    "--service": _Line.services,
    "--host": _Line.hosts,
    "SERVICE=N": _Line.service_values,
    "SERVICE=PERCENT": _Line.service_values,
    "NAME": _Line.labels,
    "NAME=VALUE": _assignments,
    "--stdin-filename": lambda _line, _word: Candidates(),
    "--stack-name": lambda _line, _word: Candidates(),
}
