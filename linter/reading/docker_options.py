"""
Reads `docker service create`, `update` and `scale`: their options, and what these options get.

The options are those of Docker 28, which has all that earlier versions have. What takes a value
must be known, or the value would be taken for the image.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from linter.reading.shell_tokens import Word
from linter.syntax.mask import HOLE

_COMMON = """
    credential-spec endpoint-mode entrypoint health-cmd health-interval health-retries
    health-start-interval health-start-period health-timeout hostname isolation limit-cpu
    limit-memory limit-pids log-driver log-opt max-concurrent oom-score-adj replicas
    replicas-max-per-node reserve-cpu reserve-memory restart-condition restart-delay
    restart-max-attempts restart-window rollback-delay rollback-failure-action
    rollback-max-failure-ratio rollback-monitor rollback-order rollback-parallelism
    stop-grace-period stop-signal update-delay update-failure-action update-max-failure-ratio
    update-monitor update-order update-parallelism user workdir
"""

VALUES = {
    "create": frozenset(
        (
            _COMMON
            + """
            cap-add cap-drop config constraint container-label dns dns-option dns-search env
            env-file generic-resource group host label mode mount name network placement-pref
            publish secret sysctl ulimit
            """
        ).split()
    ),
    "update": frozenset(
        (
            _COMMON
            + """
            args cap-add cap-drop config-add config-rm constraint-add constraint-rm
            container-label-add container-label-rm dns-add dns-option-add dns-option-rm dns-rm
            dns-search-add dns-search-rm env-add env-rm generic-resource-add generic-resource-rm
            group-add group-rm host-add host-rm image label-add label-rm mount-add mount-rm
            network-add network-rm placement-pref-add placement-pref-rm publish-add publish-rm
            secret-add secret-rm sysctl-add sysctl-rm ulimit-add ulimit-rm
            """
        ).split()
    ),
    "scale": frozenset[str](),
}
"""The options that take a value."""

_SWITCHES = """
    detach init no-healthcheck no-resolve-image quiet read-only tty with-registry-auth
"""

SWITCHES = {
    "create": frozenset(_SWITCHES.split()),
    "update": frozenset((_SWITCHES + "force rollback").split()),
    "scale": frozenset({"detach"}),
}
"""The options that take none, except after `=`."""

SHORT = {
    "create": {
        "d": "detach",
        "e": "env",
        "l": "label",
        "p": "publish",
        "q": "quiet",
        "t": "tty",
        "u": "user",
        "w": "workdir",
    },
    "update": {"d": "detach", "q": "quiet", "t": "tty", "u": "user", "w": "workdir"},
    "scale": {"d": "detach"},
}

GLOBAL_VALUES = frozenset(
    {"config", "context", "host", "log-level", "tlscacert", "tlscert", "tlskey"}
)
GLOBAL_SWITCHES = frozenset(["debug", "tls", "tlsverify", "version"])
GLOBAL_SHORT = {"c": "context", "D": "debug", "H": "host", "l": "log-level", "v": "version"}

_PLACE = ("config", "context", "host")
"""The options of `docker` that say which swarm is meant."""

_KEYWORDS = frozenset(["if", "then", "elif", "else", "while", "until", "do", "!", "{", "time"])
_STARTERS = frozenset({"command", "env", "exec", "nohup", "sudo", "time", "winpty"})
_STARTER_SWITCHES = re.compile(r"-[EHknSi]+|--preserve-env(?:=.*)?")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*(?:\[[^]]*\])?\+?=", re.ASCII)
_DOCKER = re.compile(r"(?:.*[/\\])?docker(?:\.exe)?", re.DOTALL)
_ELLIPSIS = re.compile(r"\.{2,}|…|\[(?:OPTIONS|options|ARG)?[. …]*\]?|\]")


class Option(NamedTuple):
    """An option with its value, which begins at `start` in a word."""

    name: str
    word: Word
    start: int = 0

    @property
    def text(self) -> str:
        return self.word.text[self.start :]


class Call(NamedTuple):
    """
    A command for services.

    `swarm` says to which swarm it is sent. It `is_whole` if there are no further options in
    variables, and none that are not known. `syntax` are the words that say what it does, and the
    names of options, each with the length of that part.
    """

    verb: str
    options: tuple[Option, ...]
    switches: frozenset[str]
    operands: tuple[Word, ...]
    is_whole: bool
    first: Word
    swarm: tuple[str, ...] = ()
    syntax: tuple[tuple[Word, int], ...] = ()


class _Known(NamedTuple):
    """The options of a command."""

    values: frozenset[str]
    switches: frozenset[str]
    short: dict[str, str]


_GLOBAL = _Known(GLOBAL_VALUES, GLOBAL_SWITCHES, GLOBAL_SHORT)
_OF = {verb: _Known(VALUES[verb], SWITCHES[verb], SHORT[verb]) for verb in VALUES}


def call(words: Sequence[Word]) -> Call | None:
    """What a command does with services; None if it is another command, or runs another one."""
    start = _docker(words)
    if start is None:
        return None
    before = _Options(words[start + 1 :], _GLOBAL)
    before.read(in_order=True)
    rest = before.operands
    if len(rest) < 2 or rest[0].text != "service" or rest[1].text not in _OF:
        return None
    verb = rest[1].text
    found = _Options(rest[2:], _OF[verb])
    found.read(in_order=verb == "create")
    swarm = tuple(each.text for each in before.options if each.name in _PLACE)
    options, operands = tuple(found.options), tuple(found.operands)
    switches = frozenset(found.switches)
    syntax = ((each, len(each.text)) for each in (words[start], *rest[:2]))
    names = (*syntax, *found.names)
    return Call(verb, options, switches, operands, found.is_whole, words[start], swarm, names)


def _docker(words: Sequence[Word]) -> int | None:
    """The number of the word `docker`, after words that only say how to run it."""
    for number, word in enumerate(words):
        if _DOCKER.fullmatch(word.text):
            return number
        if word.is_loose and [each.text for each in words[number + 1 : number + 2]] == ["service"]:
            return number
        is_start = (
            word.is_loose
            or word.text in _KEYWORDS
            or word.text in _STARTERS
            or _ASSIGNMENT.match(word.text)
            or (number and _STARTER_SWITCHES.fullmatch(word.text))
        )
        if not is_start:
            return None
    return None


class _Options:
    """Takes options from words; what is left are the operands."""

    def __init__(self, words: Sequence[Word], known: _Known) -> None:
        self.words = words
        self.known = known
        self.at = 0
        self.options: list[Option] = []
        self.switches: list[str] = []
        self.names: list[tuple[Word, int]] = []
        self.operands: list[Word] = []
        self.is_whole = True

    def read(self, *, in_order: bool) -> None:
        """With `in_order`, options end where the first operand is."""
        doubtful: list[Word] = []
        while self.at < len(self.words) and not (in_order and self.operands):
            word = self.words[self.at]
            self.at += 1
            if word.text == "--":
                break
            if word.text.startswith("--"):
                self._long(word)
            elif word.text.startswith("-") and len(word.text) > 1:
                self._short(word)
            elif _ELLIPSIS.fullmatch(word.text):
                self.is_whole = False
            elif self._may_be_options(word, in_order=in_order):
                doubtful.append(word)
            else:
                self.operands.append(word)
        self.operands += self.words[self.at :]
        if doubtful and (self.operands or in_order):
            self.is_whole = False
        else:
            self.operands += doubtful[-1:]

    def _may_be_options(self, word: Word, *, in_order: bool) -> bool:
        """Whether a variable may hold options, and not an operand."""
        if in_order and word.text == HOLE and self._is_option_next():
            return True
        return word.is_loose and not (in_order and self.at == len(self.words))

    def _is_option_next(self) -> bool:
        return any(each.text.startswith("-") for each in self.words[self.at : self.at + 1])

    def _value(self, name: str) -> None:
        """The next word is the value of an option."""
        if self.at == len(self.words):
            self.is_whole = False
            return
        word = self.words[self.at]
        self.at += 1
        if word.is_loose and word.text != HOLE:
            self.is_whole = False
        else:
            self.options.append(Option(name, word))

    def _long(self, word: Word) -> None:
        name, sign, _ = word.text[2:].partition("=")
        if name in self.known.switches or name in self.known.values:
            self.names.append((word, len(name) + 2))
        if name in self.known.switches:
            self.switches.append(name)
        elif name not in self.known.values:
            self.is_whole = False
            if not sign and not self._is_option_next():
                self.at += 1
        elif sign:
            self.options.append(Option(name, word, len(name) + 3))
        else:
            self._value(name)

    def _short(self, word: Word) -> None:
        """Read `-dl x`, `-lx` and `-l=x`."""
        for number, letter in enumerate(word.text[1:], 2):
            name = self.known.short.get(letter)
            if name is None:
                self.is_whole = False
                return
            if name in self.known.switches:
                self.switches.append(name)
                if word.text[number : number + 1] == "=":
                    return
            elif number == len(word.text):
                self.names.append((word, number))
                self._value(name)
            else:
                self.names.append((word, number))
                start = number + (word.text[number] == "=")
                self.options.append(Option(name, word, start))
                return
