"""Texts that are almost stack files, and arbitrary bytes: strategies for hypothesis."""

from generated_stacks import stack_texts
from hypothesis import strategies as st
from placing import CASES, REFUSALS

from linter.model.vocabulary import rows

ODDITIES = (
    *("? ", "!!str ", "!!map ", "!!int ", "!!set ", "!!binary ", "!x ", "&a ", "*a", "&l ", "*l"),
    *("<<: *l", "<<: [*l, *l]", '"<<": *l', "'<<': x", "<<:", "? [a]\n: b\n", "1: ", "true: "),
    *("\u0085", "\u2028", "\u00a0", "\ufeff", "\t", "\r", "\n", "\r\n", "  ", " "),
    *("---\n", "...\n", "%YAML 1.1\n", "{", "}", "[", "]", ", ", ": ", "#", "|\n", "|+\n", ">-\n"),
    *("~", "- ", "=", "$", "${", '"', "'", "deploy:", "labels:", "services:", "\\", "!", "$$"),
    *("!x,", "![", "!<x> ", "<<: ", "${A:-b}", "0x1", "1e3", ".inf", "2024-01-01", "\x00", "\x1b"),
    "# interlock-lint: ignore\n",
)
BASES = st.sampled_from([each.values[0].before for each in CASES + REFUSALS])


@st.composite
def odd_texts(draw, bases=BASES, most=4):
    """A text with a few insertions, deletions and repeated lines."""
    text = draw(bases)
    for _ in range(draw(st.integers(1, most))):
        place = draw(st.integers(0, len(text)))
        end = place + draw(st.integers(0, 4))
        text = text[:place] + draw(st.sampled_from(ODDITIES)) + text[end:]
        if draw(st.integers(1, 4)) == 1:
            lines = text.splitlines(keepends=True) or [""]
            number = draw(st.integers(0, len(lines) - 1))
            lines.insert(draw(st.integers(0, len(lines))), lines[number])
            text = "".join(lines)
    return text


WORDS = (
    "services web deploy labels label networks default name external endpoint_mode dnsrr << x 5 "
    "com.docker.lb com.docker.lb.hosts com.docker.lb.backend_mode com.docker.lb.redirects vip "
    "com.docker.lb.ip_hash=true com.docker.lb.ssl_cert com.docker.lb.network ${X} $"
)
FRAGMENTS = st.sampled_from(["", *WORDS.split()])
TREES = st.recursive(
    FRAGMENTS,
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda items: "[" + ", ".join(items) + "]")
        | st.lists(st.tuples(FRAGMENTS, inner), max_size=4).map(
            lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"
        )
    ),
    max_leaves=20,
)


@st.composite
def odd_shapes(draw):
    """Known words in unknown places."""
    first, second, third = (draw(TREES) for _ in range(3))
    return (
        f"x-a: &a {first}\nnetworks: {second}\n"
        f"services: {{web: {{networks: {third}, deploy: {{<<: *a, labels: {second}}}}}, api: *a}}\n"
    )


SIGNS = (
    "a.example.com http:// https://b , ; : / * - _ = 80 8080 65535 65536 0 01 10s 1m 30 ms task vip"
    " true false \u00e9 \u65e5 \ud7ff \U0001f600 \u202e \t \x1b \\ ' \" $ ${ } ${X} ${X:-b} [ ] { #"
)
VALUES = st.lists(st.sampled_from([*SIGNS.split(" "), " ", ""]), max_size=6).map("".join)


@st.composite
def odd_labels(draw):
    """Documented labels with odd values, on services that share a host."""
    names = st.sampled_from(sorted(rows()))
    services = []
    for number in range(draw(st.integers(1, 3))):
        pairs = draw(st.lists(st.tuples(names, VALUES | st.text(max_size=8)), max_size=5))
        lines = [
            "        com.docker.lb.{}: '{}'\n".format(name, value.replace("'", "''"))
            for name, value in [*pairs, ("hosts", draw(st.sampled_from(["a.b", "a.b,*.c"])))]
        ]
        services.append(f"  s{number}:\n    image: i\n    deploy:\n      labels:\n{''.join(lines)}")
    return "services:\n" + "".join(services)


def odd_bytes():
    """Whatever a file may hold."""
    texts = odd_texts() | odd_texts(stack_texts()) | odd_shapes() | odd_labels() | st.text()
    marks = st.sampled_from([b"", b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"])
    codecs = st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-16-le", "utf-16-be", "latin-1"])
    written = st.builds(
        lambda mark, text, codec: mark + text.encode(codec, "replace"), marks, texts, codecs
    )
    return written | st.builds(lambda mark, data: mark + data, marks, st.binary(max_size=200))
