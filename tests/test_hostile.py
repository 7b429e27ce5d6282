"""Bad input of any kind: a clear line, a sensible status, bounded time and memory."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import ROOT, judge

from linter.files.decoding import MAX_BYTES
from linter.syntax.composer import NotYaml, compose
from linter.syntax.source import Source

HEAD = "services:\n  web:\n    image: i\n    deploy:\n      labels:\n"
DIGITS = b"9" * 5_000  # more than Python makes a number of
BILLION = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
)
MERGES = "a0: &a0 {k0: v}\n" + "".join(
    f"a{n}: &a{n} {{<<: [{','.join([f'*a{n - 1}'] * 9)}], k{n}: v}}\n" for n in range(1, 10)
)


def refused(path):
    """What Docker refuses in a file, by the report of a run in a process of its own."""
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "linter",
            "check",
            "--isolated",
            "--format",
            "json",
            "--",
            str(path),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=ROOT,
    )
    return result.returncode, [each["message"] for each in json.loads(result.stdout)["diagnostics"]]


def check(path, *, limit_seconds=30, limit_bytes=2 * 1024**3, **options):
    """A run in a process of its own that may use only so much of the machine."""

    def limit():
        resource.setrlimit(resource.RLIMIT_CPU, (limit_seconds, limit_seconds))
        resource.setrlimit(resource.RLIMIT_AS, (limit_bytes, limit_bytes))

    result = subprocess.run(
        [sys.executable, "-m", "linter", "check", "--isolated", "--", str(path)],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=120,
        preexec_fn=limit,
        cwd=ROOT if "user" not in options else None,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        **options,
    )

    assert "Traceback" not in result.stderr
    return result.returncode, result.stderr.strip()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "must be a mapping"),
        (b"\xef\xbb\xbf", "must be a mapping"),
        (b"# only a comment\n", "must be a mapping"),
        (b"just text", "must be a mapping"),
        (os.urandom(1000) + b"\xff\xfe\xff", "invalid UTF-8 on line "),
        (b"\x7fELF\x02\x01\x01" + bytes(64), "control character"),
        (b"\xff\xfea", "invalid UTF-16 on line 1"),
        (b"a: caf\xe9\n", "invalid UTF-8 on line 1"),
        (b"a: " + b"x" * (50 * 1024**2), "larger than 10 MiB"),
        (b"x-a: " + b"x" * (MAX_BYTES - 10), None),
        (b"[" * 100_000, "nested deeper than 200 levels"),
        (b"{a: " * 100_000, "nested deeper than 200 levels"),
        (b"- " * 100_000, "nested deeper than 200 levels"),
        (b"? " * 100_000, "nested deeper than 200 levels"),
        (b"a: &a [*a]", "refers to a value that contains it"),
        (BILLION.encode(), "aliases expand"),
        (MERGES.encode(), "aliases expand"),
        (b"services: *s", "has no anchor"),
        (b"%YAML 3.0\n---\na: b", "not YAML"),
        (b"services: {web: {deploy: {labels: {a: %b, b: -%b.5}}}}" % (DIGITS, DIGITS), None),
        (("x-a: '" + "\U0001f600" * 1000 + "\u202e'").encode(), None),
    ],
    ids=lambda value: repr(value[:20]) if isinstance(value, bytes) else "",
)
def test_content(tmp_path, content, reason):
    path = tmp_path / "stack.yml"
    path.write_bytes(content)
    status, err = check(path)

    if reason is None:
        assert (0, "") == (status, err)
    else:
        assert 3 == status
        assert reason in err
        assert err.startswith(str(path))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"services: {<<: [1, 2]}", "`<<` must merge a mapping or a list of mappings"),
        (b"x-a: !!int b\nservices: {}", "the value `b` does not match its tag `!!int`"),
        (b"services: {web: {deploy: {labels: {a: !!binary x}}}}", "valid base64"),
        (b"services: {web: [], api: 5, ~: {}, [x]: y}", "`web` must be a mapping"),
        (b"services: {web: {networks: 5, deploy: 5, labels: 5}}", "`deploy` must be a mapping"),
        (b"services: {web: {deploy: {labels: {a: {b: c}}, endpoint_mode: []}}}", "not a string"),
        (b"networks: {a: 5, b: {name: [], external: {name: {}}}}", "`name` must be a string"),
        (b"services: {web: {deploy: {labels: {a: !!int %b}}}}" % DIGITS, "its tag `!!int`"),
        (b"services: {web: {ports: [%b, '80-%b:80', {target: %b}]}}" % (3 * (DIGITS,)), "a port"),
    ],
    ids=lambda value: repr(value[:20]) if isinstance(value, bytes) else "",
)
def test_what_docker_refuses_is_found(tmp_path, content, message):
    path = tmp_path / "stack.yml"
    path.write_bytes(content)
    status, messages = refused(path)

    assert 1 == status
    assert any(message in each for each in messages), messages


def test_a_number_of_tasks_without_end():
    """A quoted number is refused as such; how many tasks there are is open."""
    label = HEAD + "        com.docker.lb.hosts: app.example.com\n"
    number = DIGITS.decode()

    for replicas in (number, f"'{number}'"):
        report = judge(f"{label}      replicas: {replicas}\n")

        assert [] == report.unjudged
        rules = {each.rule for each in report.diagnostics}
        assert {"missing-port"} == rules - {"refused-value"}


@pytest.mark.parametrize("separator", [":", "="])
def test_ten_thousand_labels(tmp_path, separator):
    lead, join = ("        ", ": ") if separator == ":" else ("        - ", "=")
    labels = "".join(f"{lead}com.docker.lb.x{n}{join}value\n" for n in range(10_000))
    path = tmp_path / "stack.yml"
    path.write_text(HEAD + labels)

    assert (1, "") == check(path)


def test_ten_thousand_services_that_share_an_anchor(tmp_path):
    text = "x-l: &l {com.docker.lb.hosts: 'http://a', com.docker.lb.port: 80}\nservices:\n"
    text += "".join(f"  s{n}:\n    image: i\n    deploy: {{labels: *l}}\n" for n in range(10_000))
    path = tmp_path / "stack.yml"
    path.write_text(text)

    assert (1, "") == check(path)


def many(count, labels, top=""):
    """A stack of so many services; `{n}` in a label is the number of the service."""
    lines = (
        f"  s{n}: {{image: i, deploy: {{labels: {{{labels.replace('{n}', str(n))}}}}}}}\n"
        for n in range(count)
    )
    return f"services:\n{''.join(lines)}{top}"


HOSTS = ",".join(f"h{n}.example.com" for n in range(10_000))
REDIRECTS = ";".join(f"http://g{n}.example.com,https://h{n}.example.com" for n in range(10_000))
MANY = {
    "services of one host": many(
        10_000,
        "com.docker.lb.hosts: a, com.docker.lb.context_root: /{n}, com.docker.lb.ip_hash: '{n}',"
        " com.docker.lb.backend_mode: vip, com.docker.lb.redirects: 'http://a,http://{n}'",
    ),
    "hosts of one service": many(3, f"com.docker.lb.hosts: '{HOSTS}', com.docker.lb.port: 80"),
    "redirects of one service": many(
        1, f"com.docker.lb.hosts: '{HOSTS}', com.docker.lb.redirects: '{REDIRECTS}'"
    ),
    "variables in one label": many(
        1, f"com.docker.lb.hosts: '{','.join(f'${{H{n}}}.example' for n in range(10_000))}'"
    ),
    "secrets and services": many(
        5_000,
        "com.docker.lb.hosts: h{n}, com.docker.lb.ssl_cert: s_c{n}, com.docker.lb.ssl_key: z{n}",
        "secrets:\n" + "".join(f"  c{n}: {{file: f}}\n" for n in range(5_000)),
    ),
    "secrets with variables": many(
        5_000,
        "com.docker.lb.hosts: h{n}, com.docker.lb.ssl_cert: '${A}-c{n}'",
        "secrets:\n" + "".join(f"  c{n}: {{name: '${{B}}_d{n}'}}\n" for n in range(5_000)),
    ),
    "names of the stack": many(
        10_000,
        "com.docker.lb.hosts: h{n}, com.docker.lb.network: s{n}_default",
    ),
    "service clusters": many(
        10_000, "com.docker.lb.hosts: h{n}, com.docker.lb.service_cluster: c{n}"
    ),
}


@pytest.mark.parametrize("text", MANY.values(), ids=MANY)
def test_many_of_everything(tmp_path, text):
    """What takes time for each pair of two things would take longer than the limit."""
    path = tmp_path / "stack.yml"
    path.write_text(text)
    status, err = check(path)

    assert status in (0, 1)
    assert "" == err


def test_a_long_text_that_many_aliases_repeat(tmp_path):
    """Ten thousand services with ten thousand hosts each are refused, not counted."""
    text = f"x-l: &l {{com.docker.lb.hosts: '{HOSTS}'}}\nservices:\n"
    text += "".join(f"  s{n}: {{image: i, deploy: {{labels: *l}}}}\n" for n in range(10_000))
    path = tmp_path / "stack.yml"
    path.write_text(text)
    status, err = check(path)

    assert 3 == status
    assert "the aliases expand to more than 500,000 nodes" in err


def test_ten_thousand_ignore_comments(tmp_path):
    line = "        com.docker.lb.x{}: v  # interlock-lint: ignore[unknown-label]\n"
    path = tmp_path / "stack.yml"
    path.write_text(HEAD + "".join(line.format(n) for n in range(10_000)))

    assert check(path)[0] in (0, 1)


def test_ten_thousand_lines_of_ignore_comments(tmp_path):
    path = tmp_path / "stack.yml"
    path.write_text("# interlock-lint: ignore[not-routed]\n" * 10_000 + HEAD + "        a: b\n")

    assert (1, "") == check(path)


@pytest.mark.parametrize(
    "value", ["1" * 100_000, "a," * 50_000, "http://a,b;" * 20_000, "/" * 100_000]
)
def test_values_that_would_make_a_pattern_backtrack(tmp_path, value):
    names = ("hosts", "port", "redirects", "fail_timeout", "context_root", "websocket_endpoints")
    path = tmp_path / "stack.yml"
    path.write_text(HEAD + "".join(f"        com.docker.lb.{name}: '{value}'\n" for name in names))

    assert check(path)[0] == 1


def test_places_that_are_no_files(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    reasons = {
        tmp_path / "fifo": "not a regular file; use `-` and pipe its content in",
        tmp_path / "dangling": "no such file or directory",
        tmp_path / "nowhere": "no such file or directory",
        tmp_path / "nowhere" / "stack.yml": "no such file or directory",
        tmp_path / "loop": "too many levels of symbolic links",
        tmp_path / ("x" * 300): "file name too long",
        Path("/dev/null"): "not a regular file; use `-` and pipe its content in",
    }
    for path, reason in reasons.items():
        assert (3, f"{path}: not judged: cannot be read: {reason}") == check(path)


def test_no_permission(tmp_path):
    path = tmp_path / "stack.yml"
    path.write_text("services: {}")
    path.chmod(0)
    for folder in (tmp_path, *tmp_path.parents):
        if folder.owner() == "root" and folder.name.startswith("pytest-"):
            folder.chmod(0o755)
    code = (
        "import locale, os, shutil, sys, linter.commands.check, linter.report.check.text\n"
        "from linter import cli\n"
        "from linter.checking import registry\n"
        "registry.load()\n"
        "if os.geteuid() == 0: os.setuid(65534)\n"  # root may read everything
        "sys.exit(cli.main(['check', '--isolated', sys.argv[1]]))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    assert (3, f"{path}: not judged: cannot be read: permission denied\n") == (
        result.returncode,
        result.stderr,
    )


def test_a_folder_that_contains_itself(tmp_path):
    (tmp_path / "again").symlink_to(tmp_path)
    (tmp_path / "stack.yml").write_text(HEAD + "        com.docker.lb.hosts: a b\n")

    assert 1 == check(tmp_path)[0]


@given(st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_judged_or_refused(data):
    """No exception but NotYaml from text that decodes, whatever it is."""
    text = data.decode("utf-8", "replace")
    try:
        compose(Source("x", text))
        judge(text)
    except NotYaml:
        return


WORDS = (
    "services web deploy labels label networks default name external endpoint_mode dnsrr << x 5 "
    "com.docker.lb com.docker.lb.hosts com.docker.lb.backend_mode com.docker.lb.redirects vip "
    "com.docker.lb.ip_hash=true com.docker.lb.ssl_cert com.docker.lb.network ${X} $"
)
FRAGMENTS = st.sampled_from(["", *WORDS.split()])
TREE = st.recursive(
    FRAGMENTS,
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda items: "[" + ", ".join(items) + "]")
        | st.lists(st.tuples(FRAGMENTS, inner), max_size=4).map(
            lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"
        )
    ),
    max_leaves=20,
)


@given(TREE, TREE, TREE)
@settings(max_examples=500, deadline=None)
def test_any_shape_of_a_stack_is_judged_or_refused(first, second, third):
    """Known words in unknown places crash no rule."""
    text = (
        f"x-a: &a {first}\nnetworks: {second}\n"
        f"services: {{web: {{networks: {third}, deploy: {{<<: *a, labels: {second}}}}}, api: *a}}\n"
    )
    try:
        compose(Source("x", text))
    except NotYaml:
        return
    report = judge(text)

    assert [] == [each.reason for each in report.unjudged if "crashed" in each.reason]
