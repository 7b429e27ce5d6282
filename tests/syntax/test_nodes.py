"""Both parsers give nodes their exact spans, and refuse what is too large."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from linter.syntax.composer import MAX_DEPTH, NotYaml, compose
from linter.syntax.nodes import AliasNode, MappingNode, ScalarNode, comments, scalars
from linter.syntax.source import Position, Source, Span

TEXTS = {
    "block": "a: b\nc:\n  - d\n  - 'e f'\n",
    "flow": "{a: [b, c], d: {e: f}, g: }\n",
    "anchors": "a: &x 1\nb: &y !!str  # why\n  2\nc: &z\n  k: v\nd: [*x, *y, *z]\n",
    "blocks of text": "a: |\n  one\n  two\n\nb: >-\n  three\n\n\nc: d\n",
    "comments": "# one\na: b # two\n# three\nc: # four\n  d: e\n   # five\n",
    "nothing": "a:\nb: ~\nc: ''\n",
    "tabs": "a:\tb\t# c\nd: 'e'\t# f\ng: [h,\ti,\n\tj]\nk: |\t# l\n  m\n  \t\nn: o\n  p\tq\n",
    "JSON with tabs": '{\n\t"a": {\n\t\t"b": 1}}\n',
    "CRLF": "a: b\r\nc:\r\n  d: 'e'\r\n",
    "wide": "é: ☃\n😀: 'x😀y'\n",
    "documents": "---\na: b\n...\n---\nservices: {}\n",
    "no newline at the end": "a: b",
    "odd tags": "a: ![ b\nc: [!x,y d, !!a!b e]\nf: !g.h!i\tj\n",
    "byte order marks": "\ufeff# a\nb: c\n\ufeffd: e\nf: 'g\n\ufeff h'\n",
    "duplicates": "a: 1\nb: {c: 1, 'c': 2}\na: 3\n",
}
ESCAPES = {
    "escaped apostrophe": 'a: "it\\\'s"\nb: "\\\\/"\n',
    "escaped quotes": 'a: "\\"b\\""\n',
}
BROKEN = {
    "tab as indentation": "a:\n\tb: c\n",
    "tab in front of a comment": "a: b\n\t# c\nd: e\n",
    "unclosed": "a: [b\n",
    "unclosed quote": "a: 'b\n",
    "bad indentation": "a:\n    b: c\n   d: e\n",
    "unknown alias": "a: *b\n",
    "control character": "a: b\x00c\n",
    "escaped slash": 'a: "\\/"\n',
    "half of a surrogate pair": 'a: "\\ud83d"\n',
    "no character": 'a: "\\U00110000"\n',
    "another version of YAML": "%YAML 1.2\n---\na: b\n",
    "escape character": "a: \x1b[31m\n",
}
both = pytest.mark.parametrize("libyaml", [True, False], ids=["libyaml", "pure"])


def outline(node):
    """Everything a node contains."""
    if node is None:
        return None
    if isinstance(node, ScalarNode):
        return ("scalar", node.value, node.start, node.end, node.style, node.tag, node.anchor)
    if isinstance(node, AliasNode):
        return ("alias", node.name, node.start, node.end)
    children = [outline(child) for child in node.children]
    return (type(node).__name__, node.start, node.end, node.flow, node.tag, node.anchor, children)


def read(text, *, libyaml):
    try:
        document = compose(Source("x", text), libyaml=libyaml)
    except NotYaml:
        return "not YAML"
    duplicates = [(each.key.start, each.first.start) for each in document.duplicates]
    return outline(document.root), [outline(node) for node in document.later], duplicates


ANY = TEXTS | ESCAPES | BROKEN


@pytest.mark.parametrize("text", ANY.values(), ids=ANY)
def test_both_parsers_give_the_same_nodes(text):
    assert read(text, libyaml=True) == read(text, libyaml=False)


DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


@given(
    DATA,
    st.sampled_from([None, "'", '"', "|"]),
    st.sampled_from([True, False, None]),
    st.booleans(),
)
def test_both_parsers_agree_on_any_dumped_data(data, style, flow, unicode):
    text = yaml.safe_dump(
        data, default_style=style, default_flow_style=flow, allow_unicode=unicode, width=30
    )

    assert read(text, libyaml=True) == read(text, libyaml=False)


@both
@given(text=st.text(st.sampled_from("ab:- \n\t#'\"{}[],&*!|>x\u00e9<$%?\u2028\x00"), max_size=30))
def test_any_text_is_read_or_refused(text, libyaml):
    """The only exception for any text is NotYaml."""
    read(text, libyaml=libyaml)


@both
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_span_is_the_text_as_written(text, libyaml):
    """A scalar without escapes, folds or variables is its value, as written."""
    source = Source("x", text)
    for scalar in scalars(compose(source, libyaml=libyaml).root):
        written = Span(source, scalar.start, scalar.end).text
        if scalar.style in ("|", ">"):
            assert written[0] == scalar.style
        elif "\n" not in written:
            quote = scalar.style
            assert f"{quote}{scalar.value}{quote}" == written


@both
def test_a_block_ends_with_its_last_value(libyaml):
    """Comments after a block are not part of it."""
    text = "a:\n  b: c\n  # comment\n\nd: e\n"
    root = compose(Source("x", text), libyaml=libyaml).root
    block = root.children[1]

    assert "b: c" == text[block.start : block.end]


@both
@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_text_that_is_not_yaml_is_refused_with_a_place(text, libyaml):
    with pytest.raises(NotYaml) as caught:
        compose(Source("x", text), libyaml=libyaml)

    assert 0 <= caught.value.span.start <= len(text)
    assert caught.value.reason


@pytest.mark.slow
@both
def test_nesting_has_a_limit(libyaml):
    for text in ("[" * 100_000, "a: " + "{b: " * (MAX_DEPTH + 1) + "1" + "}" * (MAX_DEPTH + 1)):
        with pytest.raises(NotYaml, match="nested deeper than 200 levels"):
            compose(Source("x", text), libyaml=libyaml)


def test_nesting_up_to_the_limit_is_read():
    depth = MAX_DEPTH - 1
    root = compose(Source("x", "[" * depth + "]" * depth)).root

    assert root is not None


def test_aliases_that_expand_too_much_are_refused():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    with pytest.raises(NotYaml, match="aliases expand to more than 500,000 nodes"):
        compose(Source("x", "\n".join(lines)))


def test_chains_of_merges_have_a_limit():
    lines = ["a0: &a0 {k: v}"]
    lines += [f"a{n}: &a{n} {{<<: *a{n - 1}}}" for n in range(1, 300)]
    with pytest.raises(NotYaml, match="aliases nest deeper than 200 levels"):
        compose(Source("x", "\n".join(lines)))


def test_an_alias_is_a_node_of_its_own():
    text = "a: &x {b: c}\nd: *x\n"
    root = compose(Source("x", text)).root
    assert isinstance(root, MappingNode)
    alias = root.children[3]

    assert isinstance(alias, AliasNode)
    assert "*x" == text[alias.start : alias.end]
    assert root.children[1] is alias.target


def test_a_comment_may_follow_a_text_that_looks_like_one():
    document = compose(
        Source("x", "a: 'b #c'  # why\nd: |  # how\n  # e\n  f\ng: {h: \"#\"} # what\n")
    )

    assert ["# why", "# how", "# what"] == [span.text for span in comments(document)]


@both
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_a_comment_may_be_between_an_anchor_and_its_node(libyaml, line_break):
    text = line_break.join(["a: &x  # why", "  b: c", ""])
    root = compose(Source("x", text), libyaml=libyaml).root

    assert "b: c" == text[root.children[1].start : root.children[1].end]


def test_lines_are_counted_as_editors_do():
    """LF, CRLF and a lone CR end a line; U+2028 does not."""
    source = Source("x", "a\u2028b\nc\r\nd\re")

    assert Position(1, 3) == source.position(2)
    assert Position(2, 1) == source.position(4)
    assert Position(3, 1) == source.position(7)
    assert Position(4, 2) == source.position(10)
    assert ["a\u2028b", "c", "d", "e"] == [source.line_span(n).text for n in (1, 2, 3, 4)]


def test_lines_of_a_span():
    source = Source("x", "one\ntwo\nthree\n")

    assert (1, 1) == Span(source, 0, 4).lines
    assert (1, 2) == Span(source, 2, 5).lines
    assert (2, 2) == Span(source, 4, 4).lines
