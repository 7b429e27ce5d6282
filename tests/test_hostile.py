"""Bad input of any kind: a clear line, a sensible status, bounded time and memory."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from generated_odd import odd_bytes, odd_shapes
from hypothesis import given
from hypothesis import strategies as st
from support import GOOD, PATIENCE, ROOT, judge, obey_permissions

import linter
from linter.files.decoding import MAX_BYTES
from linter.model.vocabulary import rows
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


def check(path, *arguments, limit_bytes=2 * 1024**3):
    """A run in a process of its own that may use only so much memory, and ends."""

    def limit():
        resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE))
        resource.setrlimit(resource.RLIMIT_AS, (limit_bytes, limit_bytes))

    result = subprocess.run(
        [sys.executable, "-m", "linter", "check", "--isolated", *arguments, "--", str(path)],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=2 * PATIENCE,
        preexec_fn=limit,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    assert "Traceback" not in result.stderr
    return result.returncode, result.stderr.strip()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"# only a comment\n", "must be a mapping"),
        (b"just text", "must be a mapping"),
        (bytes(range(9, 256)) + b"\xff\xfe\xff", "invalid UTF-8 on line "),
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
        (b"x-a: !!int b\nservices: {}", "the value does not match its tag `!!int`"),
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
def test_what_docker_refuses_is_found(content, message):
    messages = [each.finding.message for each in judge(content.decode()).diagnostics]

    assert any(message in each for each in messages), messages


def test_a_number_of_tasks_without_end():
    """A quoted number is refused as such; how many tasks there are is open."""
    label = HEAD + "        com.docker.lb.hosts: app.example.com\n"
    number = DIGITS.decode()

    for replicas in (number, f"'{number}'"):
        report = judge(f"{label}      replicas: {replicas}\n")

        assert [] == report.unjudged
        assert "missing-port" in [each.rule for each in report.diagnostics]


def many(count, labels, top=""):
    """A stack of so many services; `{n}` in a label is the number of the service."""
    lines = (
        f"  s{n}: {{image: i, deploy: {{labels: {{{labels.replace('{n}', str(n))}}}}}}}\n"
        for n in range(count)
    )
    return f"services:\n{''.join(lines)}{top}"


def listed(form, count, separator=","):
    """So many of something; `{n}` is its number."""
    return separator.join(form.replace("{n}", str(n)) for n in range(count))


def with_secrets(count, labels, secret):
    lines = listed(f"  c{{n}}: {{{secret}}}", count, "\n")
    return many(count, labels, f"secrets:\n{lines}\n")


HOST = "h{n}.example.com"
REDIRECT = "http://g{n}.example.com,https://h{n}.example.com"
MANY = {
    "services of one host": lambda count: many(
        count,
        "com.docker.lb.hosts: a, com.docker.lb.context_root: /{n}, com.docker.lb.ip_hash: '{n}',"
        " com.docker.lb.backend_mode: vip, com.docker.lb.redirects: 'http://a,http://{n}'",
    ),
    "hosts of one service": lambda count: many(
        3, f"com.docker.lb.hosts: '{listed(HOST, count)}', com.docker.lb.port: 80"
    ),
    "redirects of one service": lambda count: many(
        1,
        f"com.docker.lb.hosts: '{listed(HOST, count)}',"
        f" com.docker.lb.redirects: '{listed(REDIRECT, count, ';')}'",
    ),
    "variables in one label": lambda count: many(
        1, f"com.docker.lb.hosts: '{listed('${H{n}}.example', count)}'"
    ),
    "secrets and services": lambda count: with_secrets(
        count,
        "com.docker.lb.hosts: h{n}, com.docker.lb.ssl_cert: s_c{n}, com.docker.lb.ssl_key: z{n}",
        "file: f",
    ),
    "secrets with variables": lambda count: with_secrets(
        count, "com.docker.lb.hosts: h{n}, com.docker.lb.ssl_cert: '${A}-c{n}'", "name: '${B}_d{n}'"
    ),
    "names of the stack": lambda count: many(
        count, "com.docker.lb.hosts: h{n}, com.docker.lb.network: s{n}_default"
    ),
    "service clusters": lambda count: many(
        count, "com.docker.lb.hosts: h{n}, com.docker.lb.service_cluster: c{n}"
    ),
    "labels": lambda count: HEAD + listed("        com.docker.lb.x{n}: value\n", count, ""),
    "items": lambda count: HEAD + listed("        - com.docker.lb.x{n}=value\n", count, ""),
    "services that share an anchor": lambda count: (
        "x-l: &l {com.docker.lb.hosts: 'http://a', com.docker.lb.port: 80}\nservices:\n"
        + listed("  s{n}:\n    image: i\n    deploy: {labels: *l}\n", count, "")
    ),
    "ignore comments": lambda count: (
        HEAD
        + listed(
            "        com.docker.lb.x{n}: v  # interlock-lint: ignore[unknown-label]\n", count, ""
        )
    ),
    "lines of ignore comments": lambda count: (
        "# interlock-lint: ignore[not-routed]\n" * count + HEAD + "        a: b\n"
    ),
}
many_of_everything = pytest.mark.parametrize("make", MANY.values(), ids=MANY)


@pytest.mark.slow
@many_of_everything
def test_thousands_of_everything(tmp_path, make):
    """They are checked with bounded memory, and nothing is printed but findings."""
    path = tmp_path / "stack.yml"
    path.write_text(make(3_000))
    status, err = check(path)

    assert status in (0, 1)
    assert "" == err


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        *(f"check -f {form} stack.yml" for form in ("text", "concise", "json")),
        *(f"fix --unsafe -f {form} stack.yml" for form in ("text", "json")),
        *(f"labels set --force -f {form} stack.yml * port=y" for form in ("text", "json")),
    ],
)
def test_hundreds_of_findings_on_one_line_print_little(workspace, run, command):
    """None of them repeats the line."""
    labels = "{com.docker.lb.hosts: h{n}, com.docker.lb.port: x, com.docker.lb.prt: 80}"
    services = ", ".join(
        f"s{n}: {{deploy: {{labels: {labels.replace('{n}', str(n))}}}}}" for n in range(300)
    )
    folder = workspace({"stack.yml": f"services: {{{services}}}\n"})
    _, out, err = run(*command.split())

    assert len(out) + len(err) < 40 * (folder / "stack.yml").stat().st_size


def steps(run, *arguments):
    """The number of lines that a command executes: its time, the same on every machine."""
    count = 0
    folders = (os.path.dirname(linter.__file__), str(ROOT / "rules"))

    def line(*_):
        nonlocal count
        count += 1
        return line

    def call(frame, *_):
        return line if frame.f_code.co_filename.startswith(folders) else None

    before = sys.gettrace()
    sys.settrace(call)
    try:
        run(*arguments)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.slow
@many_of_everything
def test_twice_as_many_take_twice_as_long(workspace, run, make):
    """Work for each pair of two things would take four times as long."""
    workspace({f"{count}.yml": make(count) for count in (3, 300, 600)})
    run("check", "--isolated", "3.yml")  # what is read and compiled once, is by now
    once, twice = (steps(run, "check", "--isolated", name) for name in ("300.yml", "600.yml"))

    assert once < twice < 2.1 * once


@pytest.mark.slow
def test_a_long_text_that_many_aliases_repeat(tmp_path):
    """Ten thousand services with ten thousand hosts each are refused, not counted."""
    text = f"x-l: &l {{com.docker.lb.hosts: '{listed(HOST, 10_000)}'}}\nservices:\n"
    text += listed("  s{n}: {image: i, deploy: {labels: *l}}\n", 10_000, "")
    path = tmp_path / "stack.yml"
    path.write_text(text)
    status, err = check(path)

    assert 3 == status
    assert "the aliases expand to more than 500,000 nodes" in err


MANY_TIMES = 50_000
LABELS = [name for name in rows() if rows()[name].status == "current"]
# What a pattern could read in several ways, over and over, and in the end not at all.
PUMPED = {
    "digits": "1" * MANY_TIMES,
    "items": "a," * MANY_TIMES,
    "addresses": "http://a,b;" * MANY_TIMES,
    "slashes": "/" * MANY_TIMES,
    "blanks": f"http://a,http://b{' ' * MANY_TIMES}c",
    "blanks between items": f"a{' ' * MANY_TIMES},b c",
    "times": f"{'1h' * MANY_TIMES}x",
    "variables without an end": "${A:-" * MANY_TIMES,
    "variables": "${A}" * (MANY_TIMES // 10),
    "a variable in each item": ",".join(f"${{A{n}}}" for n in range(MANY_TIMES // 100)),
    "dollars": "$" * MANY_TIMES,
    "routes of HRM": "external_route=http://a" * (MANY_TIMES // 10),
    "wildcards": ",".join(f"*.h{n}" for n in range(MANY_TIMES // 10)),
}


@pytest.mark.slow
@pytest.mark.parametrize("env", ["--isolated", f"--env-file={os.devnull}"])
@pytest.mark.parametrize("value", PUMPED.values(), ids=PUMPED)
def test_values_that_would_make_a_pattern_backtrack(tmp_path, value, env):
    """What takes time for each pair of two characters would take longer than the limit."""
    labels = [*(f"com.docker.lb.{name}" for name in LABELS), "com.docker.ucp.mesh.http", "other"]
    path = tmp_path / "stack.yml"
    path.write_text(HEAD + "".join(f"        {name}: '{value}'\n" for name in labels))

    assert check(path, env)[0] in (0, 1)


def test_redirects_from_and_to_thousands_of_wildcards(tmp_path):
    hosts = ",".join(f"*.h{n}" for n in range(5_000))
    redirects = ";".join(f"http://g{n},http://a.h{n}" for n in range(5_000))
    path = tmp_path / "stack.yml"
    path.write_text(
        f"{HEAD}        com.docker.lb.hosts: '{hosts}'\n"
        f"        com.docker.lb.redirects: '{redirects}'\n"
    )

    assert check(path)[0] == 1


@pytest.mark.parametrize(
    "key", ["lb." + "docker" * MANY_TIMES + ".hosts", "com.docker.lb." + "x" * MANY_TIMES]
)
def test_a_long_key_is_no_misspelled_label(tmp_path, key):
    path = tmp_path / "stack.yml"
    path.write_text(f"{HEAD}        com.docker.lb.hosts: a\n        {key}: a\n")

    assert check(path)[0] in (0, 1, 3)


@pytest.mark.slow
@pytest.mark.parametrize("filler", ["\n", "#\n", " \n"])
def test_millions_of_lines_between_an_anchor_and_its_value(tmp_path, filler):
    path = tmp_path / "stack.yml"
    lines = filler * (MAX_BYTES // len(filler) - 100)
    path.write_text(f"x-a: &a\n{lines}  b: c\nservices: {{}}\n")

    assert (0, "") == check(path, limit_bytes=1024**3)


@pytest.mark.slow
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
    result = subprocess.run(
        [sys.executable, "-m", "linter", "check", "--isolated", str(path)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=obey_permissions,
    )

    assert (3, f"{path}: not judged: cannot be read: permission denied\n") == (
        result.returncode,
        result.stderr,
    )


def test_a_folder_that_contains_itself(tmp_path):
    (tmp_path / "again").symlink_to(tmp_path)
    (tmp_path / "stack.yml").write_text(HEAD + "        com.docker.lb.hosts: a b\n")

    assert 1 == check(tmp_path)[0]


def test_a_blank_that_is_not_the_usual_one_can_be_seen(workspace, run):
    """In an error too, where it is likely to be what is wrong."""
    workspace(
        {"stack.yml": GOOD.replace("        com.docker.lb.port", "  \xa0      com.docker.lb.port")}
    )
    _, out, err = run("check", "--isolated", "stack.yml")

    assert "\\xa0" in out + err
    assert "\xa0" not in out + err


COMMANDS = {
    each: each.split()
    for each in (
        "check FILE",
        "check --format json --stack-name shop --target mke-3.8.16 FILE",
        "check --format concise --env-file /dev/null -c FILE -c FILE",
        "check --config FILE --proxy-config FILE --env-file FILE FILE",
        "check --env-file FILE good.yml",
        "check --proxy-config FILE good.yml",
        "routes FILE good.yml",
        "routes --format json --what-if vip --nodes 2 FILE",
        "routes --format mermaid FILE",
        "routes --format markdown --what-if task --want s0=10% FILE",
        "routes --format html FILE good.yml",
        "plan FILE good.yml",
        "plan --format json good.yml FILE",
        "plan --format markdown -c FILE -c FILE . .",
        "plan --format html FILE good.yml",
        "labels list --format json FILE",
        "labels get FILE web port",
        "labels set FILE * port=8080 hosts=x.example.com",
        "labels set --write --force FILE web port=8080",
        "labels unset FILE * hosts",
        "migrate --to vip --drop-sticky --max-share-shift 100 FILE good.yml",
        "migrate --to task --write FILE",
        "fix FILE",
        "fix --unsafe --write FILE",
        "fix --check FILE good.yml",
        "fix --format json FILE",
    )
}


@pytest.mark.fuzz
@given(odd_bytes(), st.sampled_from(sorted(COMMANDS)))
def test_any_command_reads_or_rejects_any_bytes(workspace, run, content, command):
    """The status is a documented one, and errors are lines without control characters."""
    workspace({"stack.yml": content, "good.yml": GOOD})
    isolated = [] if "--config" in command else ["--isolated"]
    words = ["stack.yml" if word == "FILE" else word for word in COMMANDS[command]]
    status, out, err = run(*words, *isolated)

    assert status in (0, 1, 2, 3)
    assert "Traceback" not in out + err
    assert "crashed" not in err
    assert "interlock-lint failed" not in err
    assert "error: cannot print" not in err
    assert err or status < 2, "an error has a reason"
    assert all(line and line.isprintable() for line in err.splitlines())
    if "json" in command and status != 2:
        json.loads(out)
    if "--write" not in command:
        assert content == Path("stack.yml").read_bytes()


@pytest.mark.fuzz
@given(odd_shapes())
def test_any_shape_of_a_stack_is_judged_or_refused(text):
    """Known words in unknown places crash no rule."""
    try:
        compose(Source("x", text))
    except NotYaml:
        return
    report = judge(text)

    assert [] == [each.reason for each in report.unjudged if "crashed" in each.reason]
