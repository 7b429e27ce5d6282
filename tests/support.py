"""What several tests need: judging texts as the command line would, and real components."""

import ctypes
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from linter import __version__
from linter.checking import registry
from linter.checking.checker import Checker
from linter.checking.rule import Rule
from linter.checking.ruleset import Selection
from linter.commands import options
from linter.commands.line import parse
from linter.files.forms import stacks_in
from linter.files.settings import Settings
from linter.model.report import Report
from linter.model.swarm import Swarm
from linter.reading.stack_reader import ReadOptions, read
from linter.routing.routes import Fleet
from linter.syntax.interpolation import Environment
from linter.syntax.source import Source

ROOT = Path(__file__).parent.parent
TODAY = date(2026, 6, 15)
PATIENCE = 300
"""Seconds after which something hangs; what works is far faster, even on a busy machine."""
CONFIG = Settings()
COMMAND = "# interlock-lint check "
DOCKER = "# Docker: "
SWARM = "# swarm: "

GOOD = """\
services:
  web:
    image: example/web
    deploy:
      labels:
        com.docker.lb.hosts: app.example.com
        com.docker.lb.port: 8080
"""
BAD = GOOD.replace("8080", "80800")
STICKY = GOOD + "        com.docker.lb.backend_mode: vip\n        com.docker.lb.ip_hash: 'true'\n"
WARNING = GOOD.replace("        com.docker.lb.port: 8080\n", "")


@dataclass(frozen=True)
class Options:
    """
    What a first line `# interlock-lint check …` asks for; with `--env` no variable is set.

    A first line `# Docker: …` is what Docker says when it is asked about the file, `# swarm: …`
    what the swarm has that the stack runs in.
    """

    stack_name: str | None = None
    target: object = None
    environment: Environment = field(default_factory=Environment)
    rejection: str | None = None
    swarm: Swarm | None = None

    @classmethod
    def of(cls, text: str) -> "Options":
        first = text.partition("\n")[0]
        if first.startswith(DOCKER):
            return cls(rejection=first.removeprefix(DOCKER))
        if first.startswith(SWARM):
            return cls(swarm=swarm_of(json.loads(first.removeprefix(SWARM))))
        if not first.startswith(COMMAND):
            return cls()
        words = ["check", *shlex.split(first.removeprefix(COMMAND))]
        request = options.request(parse(words))
        return cls(request.stack_name, request.target, Environment(complete=request.env))


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        return True


def swarm_of(data) -> Swarm:
    """A swarm with these networks and secrets, and with so many tasks of each service."""
    names = (frozenset(data[key]) if key in data else None for key in ("networks", "secrets"))
    return Swarm(*names, data.get("running", {}), data.get("wanted", {}))


def judge(*texts: str, **settings: object) -> Report:
    """Judge the files of one stack, with all rules or with some only."""
    names = [f"{index}.yml" for index in range(len(texts))] if len(texts) > 1 else ["stack.yml"]
    return judge_stacks({tuple(names): texts}, **settings)


def new_checker(only: str | Iterable[str] = ()) -> Checker:
    """A checker on a fixed day, with all rules or with some only."""
    selection = Selection(only=frozenset([only] if isinstance(only, str) else only))
    return Checker(registry.load().values(), selection, TODAY)


def judge_stacks(
    stacks: dict[tuple[str, ...], tuple[str, ...]],
    *,
    only: str | Iterable[str] = (),
    **settings: object,
) -> Report:
    """Judge several stacks together; each is given as the names of its files and their texts."""
    checker = new_checker(only)
    for names, texts in stacks.items():
        options = Options.of(texts[0])
        read_options = ReadOptions(
            environment=settings.get("environment", options.environment),
            stack_name=settings.get("stack_name", options.stack_name),
            target=settings.get("target", options.target),
            proxy=settings.get("proxy"),
            dotenv=settings.get("dotenv", frozenset()),
            swarm=options.swarm,
        )
        sources = [Source(name, text) for name, text in zip(names, texts, strict=True)]
        for each in [sources] if len(sources) > 1 else stacks_in(sources[0]):
            stack = read(each, read_options)._replace(rejection=options.rejection)
            checker.judge(stack, settings.get("config", CONFIG))
    return checker.finish()


def found(report: Report) -> list[tuple[str, str]]:
    """Each finding as rule and pointed text."""
    return [(each.rule, each.finding.span.text) for each in report.diagnostics]


def rules_of(report: Report) -> list[str]:
    return [each.rule for each in report.diagnostics]


def section(rule: Rule, heading: str) -> tuple[list[str], str | None]:
    """The stacks under a heading of the manual, and the proxy configuration they run on."""
    match = re.search(
        rf"^## {re.escape(heading)}\n(.*?)(?=^## )", rule.manual, re.DOTALL | re.MULTILINE
    )

    assert match, f"the manual of {rule.name} has no {heading!r}"
    stacks = re.findall(r"^```yaml\n(.*?)^```$", match[1], re.DOTALL | re.MULTILINE)
    proxies = re.findall(r"^```toml\n(.*?)^```$", match[1], re.DOTALL | re.MULTILINE)
    if not proxies:
        proxies = re.findall(r"^```toml\n(.*?)^```$", rule.manual, re.DOTALL | re.MULTILINE)

    assert stacks, f"the manual of {rule.name} has no code under {heading!r}"
    return stacks, (proxies[0] if proxies else None)


WHOLE = bool(os.environ.get("INTERLOCK_LINT_WHOLE"))
"""Whether to try all of what otherwise only a sample is tried of, as `make check-all` does."""


def program(name: str) -> str | None:
    """The path of a program: one that came with the tests' packages, or else one on the PATH."""
    return shutil.which(name, path=sysconfig.get_path("scripts")) or shutil.which(name)


def imported_by(folder: Path, *words: str) -> set[str]:
    """The modules that a command imports, which runs in a folder."""
    code = (
        "import json, sys; from linter.cli import main; main(sys.argv[1:]); "
        "print(json.dumps([*sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def component(name: str, present: object, why: str) -> None:
    """Skip where a real component is not there; fail where it was said to be required."""
    if present:
        return
    if name in os.environ.get("INTERLOCK_LINT_REQUIRE", "").split(","):
        pytest.fail(f"INTERLOCK_LINT_REQUIRE names {name}, but {why}")
    pytest.skip(why)


def require_git() -> None:
    """Skip or fail if there is no git."""
    component("git", shutil.which("git"), "there is no git on the PATH")


def quoted(text: str) -> str:
    """A text in quotes, as YAML reads it and Docker leaves it."""
    plain = (
        each if each.isascii() and each.isprintable() else f"\\U{ord(each):08x}"
        for each in text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    )
    return f'"{"".join(plain)}"'


def golden(path: Path, text: str) -> str:
    """The expected text, from a file that `make golden` writes."""
    name = path.relative_to(ROOT)
    if os.environ.get("INTERLOCK_LINT_UPDATE"):
        path.write_text(text, encoding="utf-8")
    if not path.exists():
        pytest.fail(f"no {name}: run `make golden`, and read what it wrote", pytrace=False)
    return path.read_text(encoding="utf-8")


def unwrapped(text: str) -> str:
    """A text whose lines may be wrapped, as one line."""
    return " ".join(text.split())


def undressed(page: str) -> str:
    """A page without its style and its script."""
    page = re.sub(r"<(style|script)>.*?</\1>", r"<\1></\1>", page, flags=re.DOTALL)
    return re.sub(r"sha256-[^']+", "sha256-HASH", page).replace(__version__, "VERSION")


class NoContents:
    """Reads none of the files that a stack file names."""

    def variables(self, path):
        """None, whatever the path."""

    def digest(self, path):
        """None, whatever the path."""


def let_others_in(folder):
    """Let other users reach a temporary folder of pytest, which is for its owner alone."""
    parents = [folder, *folder.parents]
    outermost = [each for each in parents if each.name.startswith("pytest-of-")]
    for parent in parents[: parents.index(outermost[0]) + 1] if outermost else ():
        parent.chmod(0o755)


def obey_permissions():
    """
    Take from root, for the next program in this process, the right to read and list everything.

    Other users never had it. The program still reaches itself, wherever it is installed.
    """
    if os.geteuid() == 0:
        drop, libc = 24, ctypes.CDLL(None, use_errno=True)
        for right in (1, 2):  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH
            if libc.prctl(drop, right, 0, 0, 0):
                raise OSError(ctypes.get_errno(), "prctl")


def service(name, labels, *, replicas=None, mode=None, form="map"):
    """A service as it stands in a stack file; labels go by their names without the prefix."""
    deploy = [f"      mode: {mode}"] if mode else []
    deploy += [f"      replicas: {replicas}"] if replicas is not None else []
    pairs = [(f"com.docker.lb.{key}", value) for key, value in labels.items()]
    if form == "map":
        lines = [f"        {key}: '{value}'" for key, value in pairs]
    else:
        lines = [f"        - '{key}={value}'" for key, value in pairs]
    return "\n".join(
        [f"  {name}:", "    image: i", "    deploy:", *deploy, "      labels:", *lines, ""]
    )


def routes(*stacks, **options):
    """The routes of stacks, each given as the text of its services; path, proxy and so on."""
    fleet = Fleet()
    for number, text in enumerate(stacks):
        source = Source(f"{number}.yml", "services:\n" + text)
        fleet.add(read([source], ReadOptions(Environment(), **options)))
    return list(fleet.routes)


@contextmanager
def before(calls, number, event):
    """Run something right before one of the operating system calls."""
    made = 0

    def wrap(function):
        def call(*arguments, **options):
            nonlocal made
            made += 1
            if made == number:
                event()
            return function(*arguments, **options)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for name in calls:
            patch.setattr(os, name, wrap(getattr(os, name)))
        yield
