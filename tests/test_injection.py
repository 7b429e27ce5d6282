"""No name and no value becomes more than text: in Markdown, Mermaid, terminals and patches."""

import contextlib
import io
import re
import shutil
import subprocess
import unicodedata
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from readers import page, tokens
from support import Terminal, component, quoted

from linter import cli
from linter.reading.stack_reader import ReadOptions, read
from linter.report import Style, check
from linter.report import routes as report
from linter.report.routes import RoutesReport
from linter.routing.forecast import WhatIf, Wish, forecast
from linter.routing.routes import Fleet, Mode
from linter.syntax.source import Source

MARK = "q7z"
CONSTRUCTS = [
    *("`", "``", "```", "~~~", "*", "**x**", "_x_", "~~x~~", "|", "\\", "\\|", "\\`", "#", "# x"),
    *("<b>", "<img src=x>", "<!-- x", "-->", "<https://evil.example>", "https://evil.example"),
    *("www.evil.example", "evil.example.com", "a@evil.example", "mailto:a@b.example", "[x](y)"),
    *("![x](y)", "[x]: y", "[^1]", "@octocat", "#1", "GH-1", "owner/repo#1", ":smile:", "$x$"),
    *("$$x$$", "$`x`$", "&lt;", "&#60;", "- x", "1. x", "> x", "---", "===", "+++", "\n", "\r"),
    *("\n\n# x\n", "\u2028", "\x85", "\u202e", "\u2066", "\u200b", "\x1b[2J", "\x07", "\t", " "),
    *("%%", "%%{init: {}}%%", '"', "'", "]", ")", "end", "subgraph", ";", "-->|x|", "{", "}", "(("),
    *("<br/>", "click a href", "style a fill:#f00;", "\ufb02\u00b0\u00b060\u00b6\u00df", "fa:fa-x"),
]
LETTERS = st.characters(exclude_categories=["Cs"])  # lone surrogates are in no file
HOSTILE = st.lists(st.sampled_from(CONSTRUCTS) | st.text(LETTERS, max_size=4), max_size=5).map(
    "".join
)
NAMES = st.lists(HOSTILE.map(lambda text: text.replace(",", "")), min_size=1, max_size=3)


@st.composite
def reports(draw):
    """A report on routes in which all that can be is hostile, with a mark at both ends."""

    def text():
        return f"{MARK}{draw(HOSTILE)}{MARK}"

    fleet = Fleet()
    for path in {text(), "stack.yml"}:
        lines = ["services:"]
        for name in ("web", "www.evil.example", "api"):
            hosts = ",".join(f"{MARK}{each}{MARK}" for each in draw(NAMES))
            lines += [f"  {name}:", "    deploy:"]
            lines += [f"      replicas: {quoted(draw(st.sampled_from(['2', text()])))}"]
            lines += [f"      mode: {quoted(draw(st.sampled_from(['replicated', text()])))}"]
            lines += ["      labels:", f"        com.docker.lb.hosts: {quoted(hosts + ',same')}"]
            for label in ("backend_mode", "service_cluster", "sticky_session_cookie"):
                if draw(st.booleans()):
                    lines.append(f"        com.docker.lb.{label}: {quoted(text())}")
        source = Source(path, "\n".join(lines) + "\n")
        fleet.add(read([source], ReadOptions()))
    what_if = draw(st.sampled_from([None, WhatIf(Mode.VIP), WhatIf(Mode.TASK)]))
    wish = draw(st.sampled_from([None, Wish("web", Fraction(1, 3))]))
    forecasts = tuple(forecast(route, what_if, wish) for route in fleet.routes)
    unrouted = tuple(each.service for route in fleet.routes for each in route.backends)
    return RoutesReport(forecasts, what_if, wish, unrouted[: draw(st.integers(0, 9))])


# -- Markdown ------------------------------------------------------------------------------------

OURS = {
    *("heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "text"),
    *("bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close", "code_inline"),
    *(f"{part}_{side}" for part in ("table", "thead", "tbody", "tr", "th", "td", "strong")
      for side in ("open", "close")),
}  # fmt: skip


@pytest.mark.fuzz
@given(reports())
def test_names_are_nothing_but_code_in_markdown(made):
    rendered = list(tokens(report.reporter("markdown")(made, Style())))
    kinds = [token.type for token in rendered]
    prose = [token.content for token in rendered if token.type == "text"]

    assert set(kinds) <= OURS
    assert not [text for text in prose if MARK in text or re.search(r"[@#$<>|`]|://|www\.", text)]
    assert kinds.count("heading_open") == kinds.count("table_open") == len(made.forecasts)
    rows = sum(len(each.rows) for each in made.forecasts)
    assert kinds.count("td_open") == rows * (7 if made.what_if else 6)


@pytest.mark.parametrize("text", CONSTRUCTS)
def test_a_name_is_shown_as_it_is(text, workspace, run):
    """In headings; controls are escaped."""
    hosts = text.replace(",", "")
    labels = f"{{com.docker.lb.hosts: {quoted(f'a{hosts}b')}}}"
    workspace({"stack.yml": f"services: {{web: {{deploy: {{labels: {labels}}}}}}}\n"})
    out = run("routes", "--isolated", "--format", "markdown", "stack.yml")[1]
    heading = next(token for token in tokens(out) if token.type == "code_inline")

    if text.isprintable():
        assert f"a{hosts}b".lower() == heading.content
    else:
        assert heading.content.isprintable()


@pytest.mark.parametrize("text", CONSTRUCTS)
@pytest.mark.parametrize("words", [["fix", "--unsafe"], ["migrate", "--to", "vip"]])
def test_changes_in_markdown_are_nothing_but_code(workspace, run, text, words):
    name = "".join(each for each in text if each.isprintable() and each != "/") + ".yml"
    labels = "{com.docker.lb.prt: 80, com.docker.lb.hosts: a.example.com,"
    labels += f" com.docker.lb.sticky_session_cookie: {quoted(text)}}}"
    service = f"services: {{{quoted(f'a{text}')}: {{image: i, deploy: {{labels: {labels}}}}}}}\n"
    workspace({name: service})
    _, out, err = run(*words, "--isolated", "--format", "markdown", f"./{name}")
    rendered = list(tokens(out))
    kinds = {token.type for token in rendered}
    prose = [token.content for token in rendered if token.type == "text"]
    html = {token.content for token in rendered if token.type.startswith("html")}

    assert "failed" not in err
    assert kinds <= OURS | {"html_block", "fence"}
    assert not [part for part in prose if re.search(r"[@#$<>|`]|://|www\.", part)]
    assert html <= {
        "<!-- interlock-lint changes -->\n",
        "<details><summary>Show</summary>\n",
        "</details>\n",
    }


# -- HTML ----------------------------------------------------------------------------------------


@pytest.mark.fuzz
@given(reports())
def test_names_are_nothing_but_text_in_html(made):
    root = page(report.reporter("html")(made, Style()))
    tables = [each for each in root.iter("table") if each.get("class") == "shares"]
    rows = sum(len(each.rows) for each in made.forecasts)

    assert len(tables) == len(made.forecasts)
    assert rows == sum(len(list(each.find("tbody").iter("tr"))) for each in tables)
    assert not [name for each in root.iter() for name, value in each.items() if MARK in value]


@pytest.mark.parametrize("text", CONSTRUCTS)
def test_a_name_is_shown_as_it_is_in_html(text, workspace, run):
    """Controls are escaped."""
    hosts = text.replace(",", "")
    labels = f"{{com.docker.lb.hosts: {quoted(f'a{hosts}b')}, com.docker.lb.prt: {quoted(text)}}}"
    workspace(
        {"stack.yml": f"services: {{web: {{deploy: {{labels: {labels}}}}}}}\n", "old.yml": ""}
    )
    out = run("routes", "--isolated", "--format", "html", "stack.yml")[1]
    (heading,) = page(out).iter("h3")
    page(run("check", "--isolated", "--format", "html", "stack.yml")[1])
    page(run("plan", "--isolated", "--format", "html", "old.yml", "stack.yml")[1])

    if text.isprintable():
        assert f"a{hosts}b".lower() == heading.text
    else:
        assert heading.text.isprintable()


# -- Mermaid -------------------------------------------------------------------------------------

TEXT = r'"(?:[^"#&;<>\\`%$:\n]|%(?!%)|\$(?!\$)|:(?!fa-)|#[0-9]+;|<br/>)*"'
FLOWCHART = re.compile(
    "flowchart LR\n"
    rf"(?:  subgraph stack\d+ \[{TEXT}\]\n(?:    service\d+\[{TEXT}\]\n)+  end\n)*"
    rf"(?:  route\d+\(\[{TEXT}\]\)\n(?:  route\d+ -\.?->\|{TEXT}\| service\d+\n)+)*"
)


@pytest.mark.fuzz
@given(reports())
def test_no_name_leaves_its_quotes_in_mermaid(made):
    assert FLOWCHART.fullmatch(report.reporter("mermaid")(made, Style()))


# -- Terminals -----------------------------------------------------------------------------------

INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
COMMANDS = [
    *(["check", "--format", name, "-v"] for name in check.NAMES),
    *(["routes", "--format", name, "-v", "--what-if", "vip"] for name in report.NAMES),
    *(["plan", "--format", name, "old.yml"] for name in ("text", "json", "markdown", "html")),
    *(
        [*words, "--format", "markdown"]
        for words in (["fix", "--unsafe"], ["migrate", "--to", "vip"])
    ),
    ["check", "--show-settings"],
    ["fix", "--unsafe"],
    ["migrate", "--to", "vip", "--max-share-shift", "100"],
    ["labels", "list"],
    ["labels", "list", "--format", "json"],
    ["labels", "get", "*", "hosts"],
    ["labels", "set", "--force", "*", "port=81", "com.example.a=b"],
    ["labels", "unset", "*", "hosts"],
]


def printed(words, name):
    """What a command prints on a terminal about a file, without color."""
    place = words.index("*") if "*" in words else len(words)
    words = [*words[:place], "--isolated", "--color", "never", name, *words[place:]]
    out, err = Terminal(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        cli.main(words)
    return out.getvalue() + err.getvalue()


FILE = """\
# {raw}
services:
  web:
    image: i
    networks: [{text}, b]
    deploy:
      replicas: {text}
      mode: {text}
      labels:
        com.docker.lb.hosts: {text}
        com.docker.lb.prt: {text}
        com.docker.lb.network: {text}
        com.docker.lb.backend_mode: {text}
        com.docker.lb.redirects: {text}
        {text}: {text}
    labels:
      com.docker.lb.hosts: {text}
  api:
    ports: [{text}]
    deploy:
      labels:
        - {item}
        - com.docker.lb.hosts: {text}
        - com.docker.lb.port=80  # interlock-lint: ignore[{raw}] {raw}
networks:
  {text}: {{}}
"""


@pytest.mark.fuzz
@settings(max_examples=20)
@given(st.data())
def test_nothing_is_printed_that_a_terminal_would_obey(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("terminal")
    text = f"a{data.draw(HOSTILE)}"
    raw = "".join(each for each in text if each.isprintable() or each in "\u202e\u200b\u2066")
    name = re.sub(r"[/\0\ud800-\udfff]", "", f"{data.draw(HOSTILE)}.yml")
    content = FILE.format(text=quoted(text), raw=raw, item=quoted(f"com.docker.lb.x={text}"))
    with contextlib.chdir(folder):
        with open(name, "w", encoding="utf-8") as file:
            file.write(content)
        with open("old.yml", "w", encoding="utf-8") as file:
            file.write("services: {}\n")
        for words in COMMANDS:
            allowed = "\n\t" if words[:2] == ["labels", "get"] else "\n"
            shown = set(printed(words, f"./{name}")) - set(allowed)

            assert [] == [each for each in shown if unicodedata.category(each) in INVISIBLE], words


# -- Patches -------------------------------------------------------------------------------------


def padded(text):
    """A word and others that fill a line, so that the next one begins another."""
    return f"{text} {'x' * (75 - len(text))}"


def test_no_value_forms_a_patch(workspace, run):
    """The output of a command is given to `patch` as a whole, which takes indented patches."""
    component("patch", shutil.which("patch"), "there is no `patch` here")
    lines = ["--- /dev/null", "+++ b/evil", "@@ -0,0 +1 @@", "+touch pwned"]
    value = " ".join(["${M}", "y" * 75, *map(padded, lines), "z" * 75])
    labels = (
        f"{{com.docker.lb.hosts: a, com.docker.lb.port: 80, com.docker.lb.backend_mode: '{value}'}}"
    )
    folder = workspace(
        {"stack.yml": f"services: {{web: {{image: i, deploy: {{labels: {labels}}}}}}}\n"}
    )
    _, out, _ = run("migrate", "--isolated", "--to", "vip", "stack.yml")
    subprocess.run(["patch", "-p1", "--batch"], input=out.encode(), cwd=folder, capture_output=True)

    assert "+++ b/evil" in out
    assert ["stack.yml"] == [path.name for path in folder.iterdir()]


BEGINS_A_PATCH = re.compile(
    r"(?m)^[ \tX]*(?:--- |\+\+\+ |\*\*\* |\*{8}|@@ |diff --git |Index:|Prereq:|\d+(?:,\d+)?[acd]$)"
)


WORDS = [
    "--- a/x",
    "+++ b/x",
    "@@ -1 +1 @@",
    "*** a/x",
    "diff --git a/x b/x",
    "Index: x",
    "X--- a/x",
]


@pytest.mark.parametrize("word", WORDS)
def test_no_line_with_a_value_begins_a_patch(workspace, run, word):
    value = " ".join(["${M}", "y" * 75, *[padded(word)] * 3])
    labels = f"{{com.docker.lb.hosts: a, com.docker.lb.backend_mode: '{value}'}}"
    workspace({"stack.yml": f"services: {{web: {{image: i, deploy: {{labels: {labels}}}}}}}\n"})
    _, out, _ = run("migrate", "--isolated", "--to", "vip", "stack.yml")

    shown = "".join(out.replace("|", " ").split())  # wherever a line breaks
    assert 3 == shown.count(word.lstrip("X").replace(" ", ""))
    assert not BEGINS_A_PATCH.search(out)


@pytest.mark.parametrize("word", WORDS)
def test_no_line_with_a_name_begins_a_patch(workspace, run, word):
    name = word.replace("/", "")
    labels = "{com.docker.lb.hosts: a, com.docker.lb.prt: 80}"
    workspace({f"{name}.yml": f"services:\n  web: {{image: i, deploy: {{labels: {labels}}}}}\n"})
    _, out, _ = run("fix", "--unsafe", "--isolated", "--", f"{name}.yml")
    report, _, patch = out.partition("\n\n--- ")

    assert patch
    assert name in report
    assert not BEGINS_A_PATCH.search(report)


@pytest.mark.parametrize("line_break", ["\r", "\r\n"])
def test_a_patch_that_programs_would_read_otherwise_is_not_printed(workspace, run, line_break):
    """They know no line break but LF, with a CR before it or not."""
    text = "services:\n  web:\n    deploy:\n      labels:\n        com.docker.lb.port: 80\n"
    workspace({"stack.yml": text.replace("\n", line_break).encode()})
    status, out, err = run("labels", "set", "--isolated", "--force", "stack.yml", "web", "port=81")

    assert 1 == status
    assert ("--- a/stack.yml" in out) is (line_break == "\r\n")
    assert ("programs that apply patches do not know its line breaks" in err) is (
        line_break == "\r"
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_patch_in_another_encoding_than_its_file_is_not_printed(workspace, run, encoding):
    """It would not apply: a patch is UTF-8, and so are the lines that it looks for."""
    text = "services:\n  web:\n    deploy:\n      labels:\n        com.docker.lb.port: 80\n"
    workspace({"stack.yml": text.encode(encoding)})
    status, out, err = run("labels", "set", "--isolated", "--force", "stack.yml", "web", "port=81")

    assert 1 == status
    assert ("--- a/stack.yml" in out) is (encoding == "utf-8-sig")
    assert ("the patch would be UTF-8, and the file is not" in err) is (encoding == "utf-16")


CONTROLS = {"NEL": "\x85", "LS": "\u2028", "a right-to-left override": "\u202e"}


@pytest.mark.parametrize("character", CONTROLS.values(), ids=CONTROLS)
@pytest.mark.parametrize("label", ["port", "hosts"])
def test_no_patch_has_a_line_that_a_terminal_obeys(workspace, run, character, label):
    """Also not where it is piped to another program: it may print it."""
    text = "services:\n  web:\n    deploy:\n      labels:\n"
    text += f'        com.docker.lb.port: 80\n        com.docker.lb.hosts: "a{character}b"\n'
    workspace({"stack.yml": text})
    words = ("labels", "set", "--isolated", "--force", "stack.yml", "web")
    status, out, err = run(*words, f"{label}=c")

    assert 1 == status
    assert character not in out + err
    assert ("--- a/stack.yml" in out) is (label == "port")
    assert ("line 6 contains a control character" in err) is (label == "hosts")


@pytest.mark.parametrize(
    "character", [*CONTROLS.values(), "\x1b[31m", "\x9b31m", "\u200b"], ids=ascii
)
def test_the_names_in_a_patch_are_quoted_as_git_does(workspace, run, tmp_path, character):
    component("git", shutil.which("git"), "there is no `git` here")
    text = "services:\n  web:\n    deploy:\n      labels:\n        com.docker.lb.port: 80\n"
    name = f"é{character}.yml"
    workspace({name: text})
    _, out, err = run("labels", "set", "--isolated", "--force", name, "web", "port=81")
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / name).write_text(text, encoding="utf-8")
    subprocess.run(["git", "apply"], cwd=folder, input=out.encode(), check=True)

    assert "é" in out
    assert character not in out + err
    assert "port: 81" in (folder / name).read_text(encoding="utf-8")
