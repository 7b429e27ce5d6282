"""Code blocks of Markdown files, as CommonMark defines them."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from linter.reading.code_blocks import code_blocks

MARKDOWN = MarkdownIt("commonmark")


def expected(text):
    """The languages and the lines of all blocks, as another reader finds them."""
    return [
        (re.match(r"[\w+#.-]*", each.info.strip())[0].lower(), bare(each.content))
        for each in MARKDOWN.parse(text)
        if each.type in ("fence", "code_block")
    ]


def found(text):
    return [
        (each.language, bare("".join(text[start:end] for start, end in each.lines)))
        for each in code_blocks(text)
    ]


def bare(content):
    """Lines without blanks before them: a part of a tab cannot be left out."""
    return [line.strip() for line in content.rstrip().splitlines()]


# A paragraph ends before each container, because a line may go on with one that it is not in.
PLACES = st.sampled_from(("", "- ", "1. ", "> ", "> - ", "> > ", "10) "))
INDENTS = st.sampled_from(("", " ", "  ", "   "))
FENCES = st.sampled_from(("```", "~~~", "````", "```yaml", "~~~ Sh x", "``` yaml {a=b}", "~~~`"))
LINES = st.sampled_from(
    ("services:", "  web:", "", "    a: b", "```", "~~~", "````x", "\tx", "# h", "```x`", "- a")
)


@st.composite
def documents(draw):
    text = ""
    for _ in range(draw(st.integers(1, 3))):
        place = draw(PLACES)
        goes_on = "".join(each if each == ">" else " " for each in place)
        lines = [draw(INDENTS) + draw(FENCES), *draw(st.lists(LINES, max_size=5))]
        if draw(st.booleans()):
            lines.append(draw(st.sampled_from(("```", "~~~", "`````  "))))
        text += f"{place}{lines[0]}\n" + "".join(f"{goes_on}{line}\n" for line in lines[1:])
        text += draw(st.sampled_from(("", "\n", "\ntext\n\n", "text\n", "# heading\n")))
    return text


@pytest.mark.fuzz
@given(documents())
@example("1. a\n\n   ```yaml\n   services:\n   ```\n")
@example("```yaml\nnever: closed\n")
@example("> ```yaml\n> a: b\nno quote\n```\n")
@example("```` \n```yaml\n```\n````\n")
@example("    $ indented\n\n    block\n")
@example("text\n10) ```\n    a: b\n")
@example("text\n1) ```\n   a: b\n")
@example("1. text\n10. ```\n    a: b\n")
@example("> text\n10. ```\n    a: b\n")
@example("text\n*\n  ```\n  a: b\n")
@example("- text\n  2. ```\n     a: b\n")
def test_blocks_are_those_of_commonmark(text):
    assert expected(text) == found(text)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_breaks_of_any_kind(end):
    text = "> ```yaml\n> a: b\n> c:\n> ```\n".replace("\n", end)
    (block,) = code_blocks(text)

    assert ("yaml", [f"a: b{end}", f"c:{end}"]) == (
        block.language,
        [text[start:stop] for start, stop in block.lines],
    )


@pytest.mark.parametrize(
    "text",
    [
        "```" * 300_000,
        "> " * 300_000,
        "- " * 300_000,
        "-" + " " * 500_000 + "x\n",
        "> " * 100 + "\n" + "> " * 100_000,
        "```yaml\n" + "x\n" * 100_000,
        " " * 1_000_000,
        ("- a\n" + "  " * 60 + "```\n") * 5_000,
        "1. " * 1_000 + "```\n" + ("x" * 100 + "\n") * 2_000,
    ],
    ids=range(9),
)
def test_hostile_texts_are_read(text):
    list(code_blocks(text))
