"""Words of a shell script, as real shells pass them to commands."""

import os
import shutil
import stat
import subprocess

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support import PATIENCE

from linter.reading import shell
from linter.syntax.mask import HOLE

SHELLS = [name for name in ("bash", "dash") if shutil.which(name)]

STUB = r"""#!/bin/sh
printf '%s\0' "$#" "$@" >>"$LOG"
"""


@pytest.fixture(scope="module")
def stub(tmp_path_factory):
    """A folder with a `docker` that records its arguments."""
    folder = tmp_path_factory.mktemp("stub")
    docker = folder / "docker"
    docker.write_text(STUB)
    docker.chmod(docker.stat().st_mode | stat.S_IXUSR)
    return folder


def given_to_docker(stub, name, script, **variables):
    """What a shell gives to each `docker` in a script; None if it rejects the script."""
    log = stub / "log"
    log.write_bytes(b"")
    result = subprocess.run(
        [name],
        input=script.encode(),
        cwd=stub,
        capture_output=True,
        env={"PATH": f"{stub}:/usr/bin:/bin", "LOG": str(log), **variables},
        timeout=PATIENCE,
    )
    if result.returncode:
        return None
    words = iter(log.read_text().split("\0")[:-1])
    return [[next(words) for _ in range(int(number))] for number in words]


def read(script):
    """The words after each `docker`, with what is known of them."""
    found = []
    for words in shell.read(script).commands:
        texts = [each.text for each in words]
        if "docker" in texts:
            found.append(texts[texts.index("docker") + 1 :])
    return found


LETTERS = st.text("ab=.-/:,#~! ;&|<>()*?[]{}$`'\"\\\t\n", max_size=6)


@st.composite
def written(draw):
    """One word, in one or several ways to quote."""
    pieces = []
    for text in draw(
        st.lists(LETTERS.filter(lambda text: "\0" not in text), min_size=1, max_size=4)
    ):
        how = draw(st.sampled_from(("single", "double", "escaped")))
        if how == "single":
            quoted = "'" + text.replace("'", "'\\''") + "'"
        elif how == "double":
            escaped = "".join(f"\\{each}" if each in '\\"$`' else each for each in text)
            quoted = f'"{escaped}"'
        else:
            quoted = "".join(f"\\{each}" if each != "\n" else "'\n'" for each in text)
        pieces.append(quoted)
    if draw(st.booleans()):
        pieces.insert(draw(st.integers(0, len(pieces))), "plain")
    return "".join(pieces)


BETWEEN = st.sampled_from((" ", "  ", "\t", " \\\n", " \\\n  ", "\\\n "))
AROUND = st.sampled_from(
    (
        "{}\n",
        "true && {}; true\n",
        "if true; then {}; fi\n",
        "( {} )\n",
        "echo $({})\n",
        'x="$({})"; echo "$x"\n',
        "{} 2>/dev/null # it's 'done\n",
        "# don't\n{}\n",
        "f() { {} ; }; f\n",
        "for i in 1; do {} ; done\n",
        "X=1 {} >&1\n",
        "cat <<'END'\nit's\nEND\n{}\n",
        'cat <<-END | cat; {}\n\tit\'s $(echo "x")\n\tEND\n',
        "echo `{}`\n",
    )
)


@pytest.mark.parametrize("name", SHELLS)
@pytest.mark.fuzz
@given(words=st.lists(written(), min_size=1, max_size=4), between=BETWEEN, around=AROUND)
@example(words=["'a'\\''b'"], between=" \\\n  ", around="{}\n")
def test_words_are_what_a_shell_passes(stub, name, words, between, around):
    command = between.join(("docker", *words))
    if "`{}`" in around and any(mark in command for mark in "`\\"):
        return  # there, a backslash means something else
    script = around.replace("{}", command)

    assert given_to_docker(stub, name, script) == read(script)


@pytest.mark.parametrize("name", SHELLS)
@pytest.mark.parametrize(
    "word",
    [
        '"$NAME"',
        '"${NAME}"',
        "a$NAME.b",
        '"a${NAME:-"}"}b"',
        "$(echo v)",
        '"x$(echo "v")y"',
        "`echo v`",
        '"$((1 + (2)))"',
        "$((1 << 2))",
        "a${NAME#'}'}b",
        '"\\$NAME"$NAME',
    ],
)
def test_what_a_shell_replaces_is_a_hole(stub, name, word):
    (passed,) = given_to_docker(stub, name, f"docker {word} end\n", NAME="v")
    ((hole, end),) = read(f"docker {word} end\n")
    known = hole.split(HOLE)

    assert (2, "end") == (len(passed), end)
    assert len(known) == 2
    assert passed[0].startswith(known[0])
    assert passed[0].endswith(known[1])


@pytest.mark.parametrize("word", ["$NAMES", '"$@"', "a{b,c}", '"${LIST[@]}"', "$(names)", "$A$B"])
def test_a_word_that_may_be_several(word):
    words, *_ = shell.read(f"docker {word} end\n").commands

    assert [False, True, False] == [each.is_loose for each in words]


@pytest.mark.parametrize("word", ['"$NAME"', "a$NAME", "{a}", "'{a,b}'", '"$(names)"'])
def test_a_word_that_is_one(word):
    (words,) = [
        each for each in shell.read(f"docker {word}\n").commands if each[0].text == "docker"
    ]

    assert [False, False] == [each.is_loose for each in words]


def test_words_have_positions():
    text = "docker --label 'a'=\"b$X\"c \\\n d\n"
    (words,) = shell.read(text).commands

    assert ["docker", "--label", "'a'=\"b$X\"c", "d"] == [text[w.start : w.end] for w in words]
    word = words[2]
    assert "a=b" + HOLE + "c" == word.text
    assert ("a", "$X", 'b$X"c', '$X"c') == tuple(
        text[slice(*word.place(*part))] for part in ((0, 1), (3, 4), (2, 5), (3, 5))
    )


@pytest.mark.parametrize("name", SHELLS)
@pytest.mark.fuzz
@given(
    st.lists(
        st.sampled_from(
            (
                *("$NAME", "${NAME}", "\\$NAME", "\\${NAME}", "$(echo v)", "`echo v`"),
                *("\\\\", "\\`", ".a: b", '"', "'", "\n", "  ", "#", "\\n", "$ "),
            )
        ),
        max_size=12,
    )
)
def test_a_heredoc_is_known_but_for_its_holes(name, pieces):
    body = "".join(pieces)
    script = f"docker <<EOF\n{body}\nEOF\n"
    if body.endswith("\\"):
        return
    result = subprocess.run(
        [name, "-c", f"cat <<EOF\n{body}\nEOF\n"],
        capture_output=True,
        env={"PATH": os.environ["PATH"], "NAME": "v"},
        timeout=PATIENCE,
    )
    if result.returncode:
        return
    (heredoc,) = shell.read(script).heredocs
    text = script[heredoc.start : heredoc.end]
    printed, at = result.stdout.decode(), 0
    end = 0
    for start, stop in shell.holes(text):
        assert printed.startswith(text[end:start], at)
        at += len(text[end:start])
        hole, end = text[start:stop], stop
        shown = {"\\\\": "\\", "\\`": "`"}.get(hole, hole[1:] if hole[0] == "\\" else "v")
        assert printed.startswith(shown, at)
        at += len(shown)
    assert printed[at:] == text[end:]


HOSTILE = [
    "docker 'never closed" + "x" * 1_000_000,
    'docker "' + "\\" * 100_001,
    "docker " + "\\" * 100_000,
    "docker " + "$(" * 100_000,
    "docker " + "${" * 100_000,
    "docker " + "`" * 100_001,
    "docker " + '"$(' * 50_000,
    "docker " + "<<E " * 50_000 + "\n" + "E\n" * 10,
    "docker $((" + "(" * 100_000,
    "docker " + "{a," * 100_000,
    "docker " + "a=" * 500_000,
    "((" * 100_000,
    "docker x\n" * 50_000,
    "docker " + "[" * 100_000 + "\n",
    ")" * 100_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:20])
def test_hostile_scripts_are_read(text):
    shell.read(text)
    list(shell.holes(text))
