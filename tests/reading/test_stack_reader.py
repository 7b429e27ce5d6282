"""Labels are read as Docker reads them, compared with recorded answers and with Docker."""

import json
import os
import re
from pathlib import Path

import docker_cli
import pytest
from generated_odd import odd_texts
from generated_stacks import stack_texts
from hypothesis import assume, given
from hypothesis import strategies as st
from stack_cases import PLACE, VERSIONS, paths
from stack_cases import VALUES as ANY_VALUES
from support import component, judge

from linter.reading.stack_reader import ReadOptions, read
from linter.syntax.composer import NotYaml, compose
from linter.syntax.interpolation import Environment
from linter.syntax.source import Source

REFUSED = "refused"
ENVIRONMENT = {
    "HOSTVAR": "app.example.test",
    "EMPTY": "",
    "PORT": "8080",
    "YES": "true",
    "COLON": "a: b",
    "HASH": "a # b",
    "QUOTE": 'say "hi"',
    "DOLLAR": "$HOSTVAR",
    "N3": "3",
}


def service(labels, top=""):
    """A stack of one service, with its `labels:` block as written."""
    return f"{top}services:\n  web:\n    image: i\n    deploy:\n      labels:{labels}\n"


def labels_of(*texts, environment=None):
    """The labels of each service as we read them, or why the stack is rejected."""
    given = Environment(ENVIRONMENT if environment is None else environment, complete=True)
    sources = [Source(f"{n}.yml", text) for n, text in enumerate(texts)]
    try:
        stack = read(sources, ReadOptions(given))
    except NotYaml as error:
        return error.reason
    report = judge(*texts, environment=given)
    refusing = {
        "duplicate-key",
        "label-item-not-a-string",
        "label-not-a-string",
        "label-outside-labels",
        "labels-not-a-mapping",
        "old-boolean",
        "refused-value",
        "unescaped-dollar",
        "unknown-key",
        "unquoted-boolean",
    }
    reasons = [each.reason for each in report.unjudged]
    reasons += [each.rule for each in report.diagnostics if each.rule in refusing]
    if reasons:
        return reasons[0]
    return {
        service.name.value: {str(label.key): label.value.value for label in service.labels}
        for service in stack.services
    }


# What `docker stack config` 28.2.2 makes of a value in the map form.
VALUES = {
    "yes": "yes",
    "No": "No",
    "on": "on",
    "y": "y",
    "true": REFUSED,
    "False": REFUSED,
    "TRUE": REFUSED,
    "tRUE": "tRUE",
    "null": "",
    "~": "",
    "Null": "",
    "nULL": "nULL",
    "": "",
    '""': "",
    '"true"': "true",
    "!!str true": "true",
    "!!str": "",
    "! x": "x",
    "!": "",
    "!custom": "",
    "!custom x": "x",
    "![": "",
    "!]": "",
    "!,": "",
    "!a,b]c x": "x",
    "!![": "",
    "!{": REFUSED,
    "!a}": REFUSED,
    "!!": REFUSED,
    "!!binary aGk=": "hi",
    "!!binary '**'": REFUSED,
    "!!binary aGk": REFUSED,
    "!!binary GGGG=": REFUSED,
    "!!binary \u00e9": REFUSED,
    "!!binary 'aG k='": REFUSED,
    "!!binary aGl=": "hi",
    "!!binary /w==": "\ufffd",
    "! 010": "8",
    "! '010'": "010",
    "! ~": "",
    "! true": REFUSED,
    "!<!> 010": "8",
    "!custom 010": "010",
    "!custom ~": "~",
    "!!int '8080'": "8080",
    "!!int x": REFUSED,
    "!!float 1": "1",
    "!!float 123456": "123456",
    "!!float 12345678": "1.2345678e+07",
    "!!float -1_000_000": "-1e+06",
    "!!float -0": "0",
    "!!float 0x1F": "31",
    "!!float 9223372036854775807": "9.223372036854776e+18",
    "!!float 9223372036854775808": REFUSED,
    "!!float 18446744073709551616": "1.8446744073709552e+19",
    "!!null x": REFUSED,
    "8080": "8080",
    "010": "8",
    "08": "8",
    "0o10": "8",
    "0o9": "0o9",
    "0x1F": "31",
    "-0x1F": "-31",
    "0b11": "3",
    "1_000": "1000",
    "_1": "_1",
    "1_": "1",
    "+5": "5",
    "-0": "0",
    "-010": "-8",
    "18446744073709551615": "18446744073709551615",
    "18446744073709551616": "1.8446744073709552e+19",
    "-9223372036854775809": "-9.223372036854776e+18",
    "1.50": "1.5",
    "1.0": "1",
    ".5": "0.5",
    "+.5": "0.5",
    "1.": "1",
    "1.2.3": "1.2.3",
    "1e3": "1000",
    "1E+2": "100",
    "1e21": "1e+21",
    "1e400": "1e400",
    "123456.7": "123456.7",
    "1234567.5": "1.2345675e+06",
    "0.0001": "0.0001",
    "0.00001": "1e-05",
    "0.1234567890123456789": "0.12345678901234568",
    ".inf": REFUSED,
    "-.Inf": REFUSED,
    ".nan": REFUSED,
    "1:30": "1:30",
    "22:22:22": "22:22:22",
    "2024-01-01": "2024-01-01 00:00:00 +0000 UTC",
    "2024-1-2": "2024-01-02 00:00:00 +0000 UTC",
    "2024-13-01": "2024-13-01",
    "2024-01-01 10:00:00": "2024-01-01 10:00:00 +0000 UTC",
    "2024-01-01T10:00:00.50Z": "2024-01-01 10:00:00.5 +0000 UTC",
    "2024-01-01T10:00:00+02:00": "2024-01-01 10:00:00 +0200 +0200",
    "a # comment": "a",
    "a#b": "a#b",
    "'it''s'": "it's",
    '"a\\tb\\u00e9"': "a\tb\u00e9",
    "caf\u00e9 \u2603 \U0001f600": "caf\u00e9 \u2603 \U0001f600",
    "'  padded  '": "  padded  ",
    "=": "=",
    "<<": "<<",
    "[x]": REFUSED,
    "{x: y}": REFUSED,
    "*nope": REFUSED,
    "a: b": REFUSED,
    "@x": REFUSED,
    "$HOSTVAR": "app.example.test",
    "${HOSTVAR}": "app.example.test",
    "$HOSTVAR-x": "app.example.test",
    "$UNSET-x": "x",
    "${UNSET}": "",
    "${UNSET:-d}": "d",
    "${EMPTY:-d}": "d",
    "${EMPTY-d}": "",
    "${UNSET:-a}b}": "ab}",
    "${UNSET:-${HOSTVAR}}": "${HOSTVAR}",
    "${UNSET:?must be set}": REFUSED,
    "${EMPTY?must be set}": "",
    "${HOSTVAR:+alt}": REFUSED,
    "${HOST.VAR}": REFUSED,
    "${HOST-VAR}": "VAR",
    "$$HOSTVAR": "$HOSTVAR",
    "$$$HOSTVAR": "$app.example.test",
    "$1": REFUSED,
    "a$": REFUSED,
    "$": REFUSED,
    # Any variable that can be read makes Docker forget what went wrong before it.
    "$0$HOSTVAR": "0app.example.test",
    "a$^${HOSTVAR}": "a^app.example.test",
    "${$UNSET": "{",
    "${UNSET?must be set}$HOSTVAR": "app.example.test",
    "$HOSTVAR$0": REFUSED,
    "$0$$": REFUSED,
    "${UNSET?must be set}$$": REFUSED,
    # It looks for `:-`, `-`, `:?` and `?` in this order, wherever they stand.
    "${HOSTVAR:?set it - please}": " please",
    "${UNSET?set it:-please}": "please",
    "${HOSTVAR-a:-b}": "b",
    "${HOSTVAR:?a-b:-c}": "c",
    "${HOSTVAR?a:?b}": REFUSED,
    "${HOSTVAR:?a?b}": "app.example.test",
    # Letters that are a small s and a capital K to Go.
    "$\u017f": "",
    "${UN\u017fET:-\u212a}": "\u212a",
    "$\u212a-x": "x",
    "$\u0131": REFUSED,
    "^/a(b|c)$": REFUSED,
    "${DOLLAR}": "$HOSTVAR",
    "${COLON}": "a: b",
}
# What it makes of an item in the list form: key and value.
ITEMS = {
    "a=b": ("a", "b"),
    "a": ("a", ""),
    "a=": ("a", ""),
    "a=b=c": ("a", "b=c"),
    "a = b": ("a ", " b"),
    "=b": ("", "b"),
    "'a=b'": ("a", "b"),
    '"a=it\\\'s"': ("a", "it's"),
    '"a=\\/"': REFUSED,
    "a='x'": ("a", "'x'"),
    "a=true": ("a", "true"),
    "a:b": ("a:b", ""),
    "yes": ("yes", ""),
    "' a=b '": (" a", "b "),
    "${HOSTVAR}=x": ("app.example.test", "x"),
    "a=${HOSTVAR}": ("a", "app.example.test"),
    "a=${UNSET:-x=y}": ("a", "x=y"),
    "a: b": REFUSED,
    "5": REFUSED,
    "true": REFUSED,
    "~": REFUSED,
    "[a=b]": REFUSED,
    "! a=b": ("a", "b"),
    "!custom 5": ("5", ""),
    "!custom": ("", ""),
    "! 5": REFUSED,
    "!": REFUSED,
}


# What it makes of a mapping whose keys are aliases: the anchors, the mapping, and the labels.
ALIAS_KEYS = [
    ("x-k: &k com.docker.lb.port\n", "{*k : '80'}", {"com.docker.lb.port": "80"}),
    ("x-k: &k '5'\n", "{*k : a}", {"5": "a"}),
    ("x-k: &k !!str 5\n", "{*k : a}", {"5": "a"}),
    ("x-k: &k 5\n", "{*k : a}", REFUSED),
    ("x-k: &k\n", "{*k : a}", REFUSED),
    ("x-k: &k [a]\n", "{*k : a}", REFUSED),
    ("x-k: &k {a: b}\n", "{*k : a}", REFUSED),
    ("x-k: &k <<\n", "{*k : {a: b}}", REFUSED),
    ("x-k: &k a\n", "{*k : a, b: c}", {"a": "a", "b": "c"}),
    # Docker compares the keys as they are written, and keeps the last one.
    ("x-k: &k a\n", "{a: 1, *k : 2}", {"a": "2"}),
    ("x-k: &k a\n", "{*k : 1, a: 2}", {"a": "2"}),
    ("x-k: &k a\n", "{*k : 1, *k : 2}", REFUSED),
    ("x-k: &k a\n", "{a: !!binary =, *k : 2}", REFUSED),
    ("x-k: &k a\n", "{a: !!int .inf, *k : 2}", REFUSED),
    ("x-k: &k a\n", "{a: .inf, *k : 2}", {"a": "2"}),
    ("x-k: &k a\n", "{a: !!float -.INF, *k : 2}", {"a": "2"}),
    ("x-k: &k a\n", "{a: 2, *k : .inf}", REFUSED),
    # But a merge takes the first one.
    ("x-k: &k a\nx-l: &l {a: 1, *k : 2}\n", "{<<: *l}", {"a": "1"}),
    ("x-k: &k a\nx-l: &l {*k : 1, a: 2}\n", "{<<: *l, b: c}", {"a": "1", "b": "c"}),
]


@pytest.mark.parametrize(("top", "labels", "expected"), ALIAS_KEYS)
def test_keys_that_are_aliases(top, labels, expected):
    found = labels_of(service(f" {labels}", top))

    if expected is REFUSED:
        assert isinstance(found, str), found
    else:
        assert {"web": expected} == found


# Mappings with any keys.
ANY_KEYS = [
    "services: {web: {image: i, labels: {KEY : a}}}\n",
    "services: {web: {image: i, environment: {KEY : a}}}\n",
    "services: {web: {image: i, extra_hosts: {KEY : a}}}\n",
    "services: {web: {image: i, build: {args: {KEY : a}}}}\n",
    "networks: {a: {driver_opts: {KEY : a}}}\n",
    "networks: {KEY : {}}\n",
]


@pytest.mark.parametrize("text", ANY_KEYS)
@pytest.mark.parametrize("key", ["010", "1.5", "true", "null", "2024-01-01"])
def test_a_key_without_quotes_is_refused_whatever_another_file_has(text, key):
    assert isinstance(labels_of(text.replace("KEY", f'"{key}"')), dict)
    assert isinstance(labels_of(text.replace("KEY", key)), str)


@pytest.mark.parametrize("text", ANY_KEYS)
@pytest.mark.parametrize("key", ['"<<"', "*k"])
def test_a_merge_is_one_whatever_another_file_has(text, key):
    labels_of("x-k: &k <<\n" + text.replace("KEY", key))
    merged = text.replace("KEY : a", "<<: *m").replace("KEY : {}", "<<: *m")
    assert isinstance(labels_of(f"x-m: &m {{}}\n{merged}"), dict)


# What follows the first document, and whether Docker, which looks ahead, rejects the file for it.
AFTERWARDS = [
    ("---\n@", True),
    ('---\n"a', True),
    ("---\n|x\n", True),
    ("---\na\nb: c\n", True),
    ("---\n'a\n b': c\n", True),
    ("---\n&x a\nb: c\n", False),
    ("---\n- @", False),
    ("---\na: @\n", False),
    ("---\n[a: b", False),
    ("...\n@", True),
    ("...\na: b\n", False),
    ("%YAML 1.1\nservices: {}\n", True),
    ("%YAML 1.1\n'a': b\n", True),
    ("%YAML 1.1\n  a: b\n", True),
    ("%YAML 1.1\n\na: b\n", False),
    ("%YAML 1.1\n# c\na: b\n", False),
    ("%YAML 1.1\n- a\n", True),
    ("%YAML 1.1\na\n", False),
    ("%YAML 1.1\n[a]: b\n", False),
    ("%YAML 1.1\n", False),
    ("%YAML 1.1\n---\na: b\n", False),
]


@pytest.mark.parametrize("libyaml", [True, False])
@pytest.mark.parametrize(("text", "rejected"), AFTERWARDS)
def test_what_follows_the_first_document(text, rejected, libyaml):
    try:
        compose(Source("stack.yml", f"x-a: b\n{text}"), libyaml=libyaml)
    except NotYaml:
        assert rejected
    else:
        assert not rejected


@pytest.mark.docker_cli
@pytest.mark.parametrize(("text", "rejected"), AFTERWARDS)
def test_docker_agrees_about_what_follows(tmp_path, text, rejected):
    docker_cli.require()

    assert rejected == isinstance(docker_cli.stack_config(tmp_path, f"x-a: b\n{text}"), str)


@pytest.mark.docker_cli
@pytest.mark.parametrize(("top", "labels", "expected"), ALIAS_KEYS)
def test_docker_agrees_with_keys_that_are_aliases(tmp_path, top, labels, expected):
    docker_cli.require()
    found = docker_cli.stack_config(tmp_path, service(f" {labels}", top))

    if expected is REFUSED:
        assert isinstance(found, str), found
    else:
        assert {"web": expected} == found


@pytest.mark.parametrize(("written", "expected"), VALUES.items())
def test_value_in_the_map_form(written, expected):
    labels = labels_of(service(f"\n        a: {written}"))

    if expected is REFUSED:
        assert isinstance(labels, str), labels
    else:
        assert {"web": {"a": expected}} == labels


LONG = {
    "decimal": "9" * 5_000,
    "negative": "-" + "9" * 5_000,
    "fraction": "9" * 5_000 + ".5",
    "octal": "0" + "7" * 5_000,
    "hexadecimal": "0x" + "f" * 5_000,
    "binary": "0b" + "1" * 5_000,
    "exponent": "1e" + "9" * 5_000,
}
"""Long numbers that Docker reads as text, because they do not fit into its numbers."""


@pytest.mark.parametrize("written", LONG.values(), ids=LONG)
def test_a_very_long_number_is_text(written):
    assert {"web": {"a": written}} == labels_of(service(f"\n        a: {written}"))


@pytest.mark.parametrize(("written", "expected"), ITEMS.items())
def test_item_in_the_list_form(written, expected):
    labels = labels_of(service(f"\n        - {written}"))

    if expected is REFUSED:
        assert isinstance(labels, str), labels
    else:
        assert {"web": dict([expected])} == labels


@pytest.mark.docker_cli
@pytest.mark.parametrize(
    ("block", "expected"),
    [(f"\n        a: {w}", e if e is REFUSED else {"a": e}) for w, e in VALUES.items()]
    + [(f"\n        - {w}", e if e is REFUSED else dict([e])) for w, e in ITEMS.items()],
)
def test_docker_agrees_with_the_tables(tmp_path, block, expected):
    docker_cli.require()
    labels = docker_cli.stack_config(tmp_path, service(block), environment=ENVIRONMENT)

    if expected is REFUSED:
        assert isinstance(labels, str), labels
    else:
        assert {"web": expected} == labels


@pytest.mark.docker_cli
@pytest.mark.parametrize("written", LONG.values(), ids=LONG)
def test_docker_agrees_on_very_long_numbers(tmp_path, written):
    docker_cli.require()
    block = f"\n        a: {written}"

    assert {"web": {"a": written}} == docker_cli.stack_config(tmp_path, service(block))


ANCHORS = "x-l: &l\n  a: from-l\n  b: from-l\nx-m: &m\n  b: from-m\n  c: from-m\n"
MERGES = {
    "own key wins": (
        service("\n        <<: *l\n        a: own", ANCHORS),
        {"a": "own", "b": "from-l"},
    ),
    "own key first": (
        service("\n        a: own\n        <<: *l", ANCHORS),
        {"a": "own", "b": "from-l"},
    ),
    "first of a list wins": (
        service("\n        <<: [*l, *m]", ANCHORS),
        {"a": "from-l", "b": "from-l", "c": "from-m"},
    ),
    "alias for all": (service(" *l", ANCHORS), {"a": "from-l", "b": "from-l"}),
    "alias for a value": (
        service("\n        a: &v 8080\n        b: *v"),
        {"a": "8080", "b": "8080"},
    ),
    "quoted merge key": (service('\n        "<<": x'), {"<<": "x"}),
    "an anchor given twice": (
        service(" *x", "x-a: &x {k: 1}\nx-b: &x {k: 2}\n"),
        {"k": "2"},
    ),
    "merge into deploy is shallow": (
        service(" {b: '2'}", "x-d: &d\n  labels: {a: '1'}\n").replace(
            "deploy:", "deploy:\n      <<: *d"
        ),
        {"b": "2"},
    ),
    "merge into the service": (
        "x-s: &s\n  image: i\n  deploy:\n    labels: [a=1]\nservices:\n  web:\n    <<: *s\n",
        {"a": "1"},
    ),
    "merge of a merge": (
        service(" {<<: *n}", "x-l: &l {a: 1}\nx-n: &n\n  <<: *l\n  b: 2\n"),
        {"a": "1", "b": "2"},
    ),
    "merge by a tag": (
        service("\n        !!merge '<<': *l", ANCHORS),
        {"a": "from-l", "b": "from-l"},
    ),
    "merge with a tag that changes nothing": (
        service("\n        ! <<: *l", ANCHORS),
        {"a": "from-l", "b": "from-l"},
    ),
    "merge key that is a string": (service("\n        !!str <<: x"), {"<<": "x"}),
    "merge by a tag, of a text": (service("\n        !!merge '<<': x"), REFUSED),
    "inline merge": (service("\n        <<: {a: 1}\n        b: 2"), {"a": "1", "b": "2"}),
    "flow map without blanks": (service(" {a:b}"), {"a:b": ""}),
    "question mark in a flow map": (service(" {a: b?c}"), REFUSED),
    "question mark in a flow list": (service(" [a=b?]"), REFUSED),
    "question mark in a key of a flow map": (service(" {a?: b}"), REFUSED),
    "question mark in quotes in a flow map": (service(" {a: 'b?c'}"), {"a": "b?c"}),
    "question mark in a block": (service("\n        a?: b?c"), {"a?": "b?c"}),
    "complex key in a flow map": (service(" {? a : b, ?c : d}"), {"a": "b", "c": "d"}),
    "complex key": (service("\n        ? a\n        : x"), {"a": "x"}),
    "keys are not interpolated": (service("\n        ${HOSTVAR}: x"), {"${HOSTVAR}": "x"}),
    "the same key twice in a list": (service("\n        - a=1\n        - a=2"), {"a": "2"}),
    "CRLF": (service("\n        a: 1\n        b: x").replace("\n", "\r\n"), {"a": "1", "b": "x"}),
    "tab before a comment": (
        service('\n        a: b\t# c\n        d: "e"\t# f'),
        {"a": "b", "d": "e"},
    ),
    "first document only": (service(" {a: 1}") + "---\n" + service(" {b: 2}"), {"a": "1"}),
    "broken second document": (service(" {a: 1}") + "---\n{", {"a": "1"}),
    "literal block": (
        service("\n        a: |\n          two\n          lines"),
        {"a": "two\nlines\n"},
    ),
    "literal block of binary data": (
        service("\n        a: !!binary |\n          aG\n          k="),
        {"a": "hi"},
    ),
    "tags with commas in a flow map": (
        service(" {a: !x, b, c: !y] d}"),
        {"a": "b", "c": "d"},
    ),
    "first version of YAML": ("%YAML 1.1\n---\n" + service(" {a: b}"), {"a": "b"}),
    "second version of YAML": ("%YAML 1.2\n---\n" + service(" {a: b}"), REFUSED),
    "no labels": (service(" {}"), {}),
    "merge of a scalar": (service("\n        <<: 5"), REFUSED),
    "two merge keys": (service("\n        <<: *l\n        <<: *m", ANCHORS), REFUSED),
    "number as key": (service("\n        1: x"), REFUSED),
    "null as key": (service("\n        ~: x"), REFUSED),
    "number that is a string, as key": (service("\n        !!str 1: x"), {"1": "x"}),
    "tag that changes nothing, at a key": (service("\n        ! a: x"), {"a": "x"}),
    "tag at a key": (service("\n        !custom a: x"), REFUSED),
    "binary key": (service("\n        !!binary aGk=: x"), REFUSED),
    "boolean as key": (service("\n        true: x"), REFUSED),
    "word that was a boolean once, as key": (service("\n        on: x"), {"on": "x"}),
    "empty key": (service("\n        '': x"), REFUSED),
    "key of line breaks": (service('\n        "\\n": x'), REFUSED),
    "duplicate key": (service("\n        a: 1\n        a: 2"), REFUSED),
    "duplicate key, quoted otherwise": (service("\n        a: 1\n        'a': 2"), REFUSED),
    "the same item twice": (service("\n        - a=1\n        - a=1"), REFUSED),
    "labels with nothing": (service(""), REFUSED),
    "labels as a string": (service(" a=b"), REFUSED),
    "tab as indentation": (service("\n\ta: b"), REFUSED),
    "alias inside its anchor": ("services:\n  web: &w\n    image: i\n    deploy: *w\n", REFUSED),
    "byte order mark at the start": ("\ufeff" + service(" {a: b}"), {"a": "b"}),
    "byte order mark at the start of another line": ("\n\ufeff" + service(" {a: b}"), REFUSED),
    "byte order mark in front of a comment": (service(" {a: b}") + "\ufeff# c\n", REFUSED),
    "byte order mark in a text": (service("\n        a: 'b\n\ufeffc'"), {"a": "b \ufeffc"}),
    "services with nothing": ("services:\n", REFUSED),
    "service with nothing": ("services:\n  web:\n", REFUSED),
    "deploy as a list": ("services:\n  web:\n    image: i\n    deploy: []\n", REFUSED),
    "name of a service with a blank": ("services:\n  we b:\n    image: i\n", REFUSED),
    "empty file": ("", REFUSED),
    "only a comment": ("# nothing\n", REFUSED),
    "list at the top": ("- a\n", REFUSED),
}
by_title = pytest.mark.parametrize(("text", "expected"), MERGES.values(), ids=MERGES)


@by_title
def test_structure(text, expected):
    labels = labels_of(text)

    if expected is REFUSED:
        assert isinstance(labels, str), labels
    else:
        assert {"web": expected} == labels


@pytest.mark.docker_cli
@by_title
def test_docker_agrees_with_the_structures(tmp_path, text, expected):
    docker_cli.require()
    labels = docker_cli.stack_config(tmp_path, text, environment=ENVIRONMENT)

    if expected is REFUSED:
        assert isinstance(labels, str), labels
    else:
        assert {"web": expected} == labels


def over(*blocks):
    return [f"services:\n  web:\n    image: i\n    deploy:\n      labels:{b}\n" for b in blocks]


SEVERAL_FILES = {
    "map over map": (over(" {a: 1, b: 1}", " {b: 2, c: 2}"), {"a": "1", "b": "2", "c": "2"}),
    "list over map": (over(" {a: 1, b: 1}", " [b=2, c=2]"), {"a": "1", "b": "2", "c": "2"}),
    "map over list": (over(" [a=1, b=1]", " {b: 2}"), {"a": "1", "b": "2"}),
    "null over a value": (over(" {a: 1, b: 1}", "\n        b:"), {"a": "1", "b": ""}),
    "empty map over labels": (over(" {a: 1}", " {}"), {"a": "1"}),
    "a tag changes nothing": (over(" {a: 1}", " !override {b: 2}"), {"a": "1", "b": "2"}),
    "three files": (over(" {a: 1}", " {a: 2}", " {a: 3}"), {"a": "3"}),
    "labels in one of two": ([*over(" {a: 1}"), "services:\n  web:\n    image: j\n"], {"a": "1"}),
    "anchor of another file": (
        ["x-l: &l {z: 1}\n" + over(" {a: 1}")[0], *over(" {<<: *l}")],
        REFUSED,
    ),
}
by_files = pytest.mark.parametrize(("texts", "expected"), SEVERAL_FILES.values(), ids=SEVERAL_FILES)


@by_files
def test_several_files(texts, expected):
    labels = labels_of(*texts)

    if expected is REFUSED:
        assert isinstance(labels, str), labels
    else:
        assert {"web": expected} == labels


@pytest.mark.docker_cli
@by_files
def test_docker_agrees_with_several_files(tmp_path, texts, expected):
    docker_cli.require()
    labels = docker_cli.stack_config(tmp_path, *texts)

    if expected is REFUSED:
        assert isinstance(labels, str), labels
    else:
        assert {"web": expected} == labels


# -- Generated files -----------------------------------------------------------------------------

KEYS = st.sampled_from(
    [
        "a",
        "b",
        "com.docker.lb.hosts",
        "x y",
        "${HOSTVAR}",
        "on",
        "k-1",
        "'q'",
        "!!str 5",
        "! c",
        "*k ",
    ]
)
PLAIN = st.sampled_from([written for written in VALUES if not written.startswith(("*", "@"))])
# Docker rejects mistakes in an anchor even if no label comes from it.
ACCEPTED = st.sampled_from([written for written, text in VALUES.items() if text is not REFUSED])
LOOSE = st.text(st.sampled_from("ab1.0_-+eE:xoT$={}[], #'\"~\t|>&*!%@\u00e9\\"), max_size=8)
DOLLARS = st.lists(
    st.sampled_from(["$", "{", "}", "HOSTVAR", "UNSET", ":-", "-", ":?", "?", "a", "0", " ", "_"]),
    max_size=8,
).map("".join)
NUMBERS = st.text(st.sampled_from("0123456789+-._eExobaf:T "), min_size=1, max_size=12)
ESCAPES = st.lists(
    st.sampled_from(["a", " ", "$$", *(f"\\{sign}" for sign in "nt'/\\\"0 ax_xU")]), max_size=5
).map(lambda parts: f'"{"".join(parts)}41"')
BINARY = st.text(st.sampled_from("aGk=/+ \u00e9-"), max_size=8).map("!!binary {}".format)
LEADS = st.sampled_from(["", "", "", "", "&v ", "! ", "!x ", "!!str ", "!!int ", "!!float ", "!x,"])
TAILS = st.sampled_from(["", "", "", "", " # c", "\t# c", "  ", "\n         more"])
VALUE = st.one_of(
    PLAIN,
    LOOSE,
    NUMBERS,
    DOLLARS.map("'{}'".format),
    ESCAPES,
    BINARY,
    st.integers(-(2**65), 2**65).map(str),
    st.floats().map(repr),
    st.sampled_from(["*v", "|\n         a\n", "|-\n         1", ">\n         a\n\n         b"]),
    st.builds("{}{}{}".format, LEADS, PLAIN | NUMBERS | LOOSE, TAILS),
)
COLON_AT_END = re.compile(r":(?:[,\[\]{}]|$)")


@st.composite
def label_texts(draw):
    """A stack file with labels in some form, some of it through anchors."""
    unique_by = draw(st.sampled_from([lambda pair: pair[0]] * 7 + [None]))
    pairs = draw(st.lists(st.tuples(KEYS, VALUE), min_size=1, max_size=4, unique_by=unique_by))
    shared = draw(st.dictionaries(KEYS, ACCEPTED, min_size=1, max_size=3))
    top = draw(st.sampled_from(["", "", "---\n", "%YAML 1.1\n---\n", "%YAML 1.2\n---\n"]))
    top += "x-v: &v 010\nx-k: &k c\nx-l: &l\n" + "".join(
        f"  {key}: {shared[key]}\n" for key in shared
    )
    form = draw(st.sampled_from(["map", "list", "flow", "flow list", "merge", "alias"]))
    if form.startswith("flow"):
        # `{a: b:}` is text for Docker, and libyaml rejects it; this is no way to write a label.
        assume(not any(COLON_AT_END.search(value) for _, value in pairs))
    indent = " " * draw(st.sampled_from([7, 8, 10]))
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    match form:
        case "map":
            block = "".join(f"\n{indent}{key}: {value}" for key, value in pairs)
        case "list":
            block = "".join(f"\n{indent}- {key}={value}" for key, value in pairs)
        case "flow":
            block = " {" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"
        case "flow list":
            block = " [" + ", ".join(f"{key}={value}" for key, value in pairs) + "]"
        case "merge":
            block = f"\n{indent}<<: *l" + "".join(f"\n{indent}{k}: {v}" for k, v in pairs)
        case _:
            block = " *l"
    return service(block, top).replace("\n", newline)


PLACES = [path for path in paths() if not path.name.endswith(("env_file", "env_file[]"))]


def merged(one, other):
    """Two documents as one; of two values in one place, the first counts."""
    if not (isinstance(one, dict) and isinstance(other, dict)):
        return one
    return {
        key: merged(one[key], other[key]) if key in one and key in other else (one | other)[key]
        for key in {**one, **other}
    }


@st.composite
def whole_texts(draw):
    """A stack file with valid values in several places, and any value in some of them."""
    document = {"services": {"web": {"image": "i"}}}
    values = {}
    for number, path in enumerate(draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=5))):
        mark = f"@{number}@"
        sample = json.dumps(path.sample)
        values[mark] = draw(st.just(sample) | st.just(sample) | st.sampled_from(ANY_VALUES))
        document = merged(document, json.loads(json.dumps(path.document).replace(PLACE, mark)))
    if draw(st.booleans()):
        document = merged({"version": draw(st.sampled_from(VERSIONS))}, document)
    text = json.dumps(document)
    for mark, value in values.items():
        text = text.replace(f'"{mark}"', value)
    return f"{text}\n"


def is_unclear(ours):
    """Whether the client prints a value as if it did not begin with a line break."""
    values = (
        [] if isinstance(ours, str) else [each for web in ours.values() for each in web.values()]
    )
    return any(re.match("\n .*\n", each or "") for each in values)


def assert_docker_agrees(folder, text):
    """Either both refuse, or both see the same labels."""
    docker_cli.require()
    theirs = docker_cli.stack_config(folder, text, environment=ENVIRONMENT)
    ours = labels_of(text)

    if isinstance(theirs, str):
        assert isinstance(ours, str), (theirs, ours)
    else:
        assume(not is_unclear(ours))
        assert theirs == ours


@pytest.mark.fuzz
@pytest.mark.docker_cli
@given(text=label_texts())
def test_docker_agrees_with_generated_labels(tmp_path, text):
    assert_docker_agrees(tmp_path, text)


@pytest.mark.fuzz
@pytest.mark.docker_cli
@given(text=stack_texts())
def test_docker_agrees_with_generated_stacks(tmp_path, text):
    assert_docker_agrees(tmp_path, text)


@pytest.mark.fuzz
@pytest.mark.docker_cli
@given(text=odd_texts(stack_texts(), most=1))
def test_docker_agrees_with_odd_stacks(tmp_path, text):
    assert_docker_agrees(tmp_path, text)


@pytest.mark.fuzz
@pytest.mark.docker_cli
@given(text=whole_texts())
def test_docker_agrees_with_several_values(tmp_path, text):
    assert_docker_agrees(tmp_path, text)


# -- Recorded answers ----------------------------------------------------------------------------

# Cases whose answers depend on more than the text.
NOT_OUR_BUSINESS = {
    "env_file that is not there": "other files are not looked at",
    "${UNSET} --skip-interpolation": "`docker stack deploy` always interpolates",
    "$$ --skip-interpolation": "`docker stack deploy` always interpolates",
    "Latin-1 byte": "recorded as decoded text; reading bytes is tested elsewhere",
}


def recorded():
    """The cases in the file INTERLOCK_LINT_ORACLE: texts, and the output of `stack config`."""
    path = os.environ.get("INTERLOCK_LINT_ORACLE")
    return json.loads(Path(path).read_text(encoding="utf-8")) if path else []


def test_recorded_answers():
    cases = recorded()
    component("oracle", cases, "INTERLOCK_LINT_ORACLE names no file of recorded answers")
    differences = {}
    for case in cases:
        answer = case["results"]["cli28"]
        ours = labels_of(*(text.removeprefix("\ufeff") for text in case["files"]))
        if answer["rc"]:
            agreed = isinstance(ours, str)
        else:
            agreed = ours == {name: labels or {} for name, labels in answer["labels"].items()}
        if not agreed:
            differences[case["title"]] = (ours, answer.get("err") or answer.get("labels"))

    assert {} == {t: d for t, d in differences.items() if t not in NOT_OUR_BUSINESS}
    assert set(NOT_OUR_BUSINESS) == set(differences)
