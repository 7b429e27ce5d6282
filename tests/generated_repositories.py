"""Repositories and configurations that somebody made on purpose: strategies for hypothesis."""

import json
import os
import shutil
from typing import NamedTuple

import yaml
from generated_odd import TREES, odd_bytes, odd_texts
from hypothesis import strategies as st
from planted import MARK, SECRETIVE, in_flow_style, planted, spoilt
from support import BAD, GOOD, STICKY

from linter.checking import registry
from linter.syntax.composer import NotYaml, compose
from linter.syntax.source import Source

FOLDERS = ("", "", "", "sub/", "sub/deep/", ".hidden/", "a b/")
STACKS = (
    *("stack.yml", "other.yml", "base.stack.yaml", "compose.yml", "-f.yml", "a\nb.yml", "é.yml"),
    *("--- a.yml", "\x1b[2J.yml", "$(touch x).yml", "*.yml", os.fsdecode(b"\xff.yml")),
)
SETTINGS = (".interlock-lint.yaml", ".interlock-lint.yml", "pyproject.toml")
OTHERS = (".env", "prod.env", "config.toml", ".gitignore", ".gitattributes", "notes.md")
LINKS = ("linked", "linked.yml", "linked.env", "stack.yaml", ".gitignore", *SETTINGS)
TARGETS = (
    *("..", ".", "loop", "stack.yml", "sub", "../outside", "../outside/stack.yml", ".git/config"),
    *("../outside/secret.env", "../../outside/secret.env", "../outside/settings.yaml", "nowhere"),
    *("/proc/self/environ", "/proc/self/fd/0", "/dev/zero", "/dev/null", "linked", "linked.yml"),
)
PATHS = (
    *(f"{folder}{name}" for folder in ("", "sub/") for name in (*STACKS[:4], *OTHERS[:3])),
    *LINKS[:3],
    *TARGETS,
    *("sub/../../outside/secret.env", "pipe", "", "a\0b", "x" * 300, "~/secret.env", "linked/x"),
)
REPOSITORIES = (
    *("none", "empty", "empty", "armed", "armed", "armed", "broken", "elsewhere", "linked", "bare"),
    "pipe",
)

SECRET = """\
services:
  web:
    image: i
    environment: {PASSWORD: hunter2}
    deploy:
      labels:
        com.docker.lb.hosts: ${SECRET}.example.com
        com.docker.lb.port: ${SECRET:-80}
        com.example.token: hunter2
"""


def marked(text):
    """A text with the marker where secrets are."""
    try:
        compose(Source("x", text))
        return planted(text)
    except (NotYaml, ValueError):
        return f"{text}\nx-z: {MARK}\n"


MUTATED = odd_texts(st.sampled_from([SECRETIVE, SECRET, GOOD, BAD, STICKY]))


def contents():
    """What a stack file may hold; what is secret in it holds the marker."""
    good = [GOOD, BAD, STICKY, STICKY.replace("web", "api"), planted(SECRET), planted(SECRETIVE)]
    good += [spoilt(planted(SECRETIVE)), in_flow_style(planted(SECRETIVE)), "services: {}\n"]
    texts = (st.sampled_from(good) | MUTATED.map(marked)).map(str.encode)
    return texts | texts | odd_bytes()


# -- Configurations ------------------------------------------------------------------------------


def _entries(most=3, /, **fields):
    return st.lists(st.fixed_dictionaries({}, optional=fields), max_size=most)


def settings():
    """The data of a configuration, mostly valid."""
    path = st.sampled_from(PATHS)
    rule = st.sampled_from([*sorted(registry.names()), "unknown"])
    glob = st.sampled_from(["*", "**", "sub/*", "stack.yml", "[", "[!a]*", "*a" * 400, "{a,b}", ""])
    severity = st.sampled_from(["off", "info", "warning", "error", "x"])
    keys = {
        "target": st.sampled_from(["mke-3.8.16", "mke-3.1", "ucp-3.0", "x", 5]),
        "proxy-config": path,
        "fail-on": severity,
        "rules": st.dictionaries(rule, severity, max_size=3),
        "exclude": st.lists(glob, max_size=3),
        "extra-labels": st.lists(st.sampled_from(["com.docker.lb.x", "x"]), max_size=2),
        "stacks": st.lists(
            st.fixed_dictionaries(
                {"files": st.lists(path | st.sampled_from(STACKS), min_size=1, max_size=3)},
                optional={"name": st.sampled_from(["shop", "A!", ""]), "env-file": path},
            ),
            max_size=3,
        ),
        "ignore": _entries(
            rule=rule,
            path=glob,
            service=glob,
            reason=st.just(MARK),
            until=st.sampled_from(["2027-01-31", "2020-01-01", "x"]),
        ),
    }
    odd = TREES.map(_data)
    return st.fixed_dictionaries({}, optional={name: each | odd for name, each in keys.items()} | {
        "unknown": odd,
    }) | st.fixed_dictionaries({}, optional=keys)  # fmt: skip


def _data(text):
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        return text


def as_toml(data):
    """A value as TOML, on one line."""
    if isinstance(data, dict):
        pairs = (f"{json.dumps(str(key))} = {as_toml(value)}" for key, value in data.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(data, list):
        return f"[{', '.join(map(as_toml, data))}]"
    return json.dumps(data if isinstance(data, bool | int) else str(data))


def in_pyproject(data):
    lines = (f"{json.dumps(str(key))} = {as_toml(value)}\n" for key, value in data.items())
    return "[tool.interlock-lint]\n" + "".join(lines)


PROXY = """\
PollInterval = "3s"
[Extensions.default]
Image = "docker/ucp-interlock-extension"
ServiceCluster = "c"
[Extensions.default.Config]
"""


def configurations():
    """The bytes of a configuration as YAML, JSON or TOML, some with mistakes."""
    made = settings()
    texts = made.map(lambda data: yaml.safe_dump(data, sort_keys=False)) | made.map(json.dumps)
    return (texts | odd_texts(texts) | made.map(in_pyproject)).map(
        lambda text: text.encode(errors="surrogateescape")
    )


# -- Repositories --------------------------------------------------------------------------------


class Repository(NamedTuple):
    """Files by their paths, links with their targets, pipes, and what `.git` is in each folder."""

    files: dict[str, bytes]
    links: dict[str, str]
    pipes: list[str]
    kinds: dict[str, str]

    def write(self, root, template):
        """Write everything; links come last, so that nothing is written through one."""
        for folder in {*FOLDERS, *self.kinds}:
            os.makedirs(root / folder, exist_ok=True)
        for folder, kind in self.kinds.items():
            _make(root / folder, kind, template)
        for path, content in self.files.items():
            (root / path).write_bytes(content)
        for path in self.pipes:
            if not os.path.lexists(root / path):
                os.mkfifo(root / path)
        for path, target in self.links.items():
            if not os.path.lexists(root / path):
                os.symlink(target, root / path)


def _make(folder, kind, template):
    git = folder / ".git"
    if kind == "empty":
        git.mkdir()
    elif kind == "elsewhere":
        git.write_text("gitdir: ../outside/armed/.git\n")
    elif kind == "linked":
        git.symlink_to("../outside/armed/.git")
    elif kind == "bare":
        shutil.copytree(template / ".git", folder / "bare.git", symlinks=True)
    elif kind != "none":
        shutil.copytree(template / ".git", git, symlinks=True)
        if kind == "broken":
            (git / "HEAD").write_bytes(b"ref: \xff\n")
        if kind == "pipe":
            (git / "info").mkdir(exist_ok=True)
            (git / "info/exclude").unlink(missing_ok=True)
            os.mkfifo(git / "info/exclude")


@st.composite
def repositories(draw):
    """Stack files, configurations, links, pipes and more, in a few folders."""
    folder = st.sampled_from(FOLDERS)

    def some(names, content, most):
        path = st.builds("".join, st.tuples(folder, st.sampled_from(names)))
        return draw(st.dictionaries(path, content, max_size=most))

    environment = st.sampled_from(
        [b"SECRET=shop\n", b"A=1\nSECRET='b c'\n", b"SECRET=\x00\n", b"x"]
    )
    ignores = st.sampled_from([b"*\n", b"sub/\n", b"!*\n*.yaml\n", b"\xff[\n", b"**/deep\n"])
    files = {
        **some(STACKS, contents(), 5),
        **some(SETTINGS, configurations(), 1),
        **some(OTHERS[:2], environment, 2),
        **some([OTHERS[2]], st.just(PROXY.encode()) | odd_bytes(), 1),
        **some(OTHERS[3:], ignores, 1),
    }
    kinds = draw(st.dictionaries(st.sampled_from(["", "", "sub/"]), st.sampled_from(REPOSITORIES)))
    links = some(LINKS, st.sampled_from(TARGETS), 3)
    pipes = list(some(["pipe", "stack.yml", "linked.yml", ".env"], st.none(), 1))
    return Repository(files, links, pipes, kinds)
