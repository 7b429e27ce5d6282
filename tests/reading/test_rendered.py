"""What is found in a template is found in what it becomes, but for values that are not known."""

import re
from itertools import product

import jinja2
from hypothesis import given
from hypothesis import strategies as st
from support import CONFIG, ROOT, Options, new_checker

from linter.checking import registry
from linter.reading import jinja
from linter.reading.stack_reader import ReadOptions, read
from linter.routing.routes import Fleet, Route
from linter.syntax.documents import document_of
from linter.syntax.nodes import BLOCK_STYLES, MappingNode, ScalarNode, SequenceNode
from linter.syntax.source import Source

ABOUT_COMMENTS = {"unused-ignore"}  # what cannot be judged is not ignored either
FIXTURES = [
    path
    for path in sorted((ROOT / "tests" / "rules").glob("*.yml"))
    if not re.search(r"\{\{|\{%|\{#|[^\x00-\ue000]|\r", path.read_text(encoding="utf-8"))
]


def findings(sources, options):
    """Each finding as its rule and its line."""
    checker = new_checker()
    for source in sources:
        read_options = ReadOptions(options.environment, frozenset(), options.stack_name)
        stack = read([source], read_options._replace(target=options.target))
        checker.judge(stack, CONFIG)
    report = checker.finish()
    assert [] == report.unjudged
    return {
        (each.rule, each.finding.span.position.line, each.services)
        for each in report.diagnostics
        if each.rule not in ABOUT_COMMENTS
    }


def views(text):
    source = Source("stack.yml", text)
    return [source.seen_as(view) for view in jinja.views(source)]


def rendered(text, **values):
    environment = jinja2.Environment(keep_trailing_newline=True, trim_blocks=True)  # as Ansible
    return environment.from_string(text).render(values)


NAMED = ("labels", "networks", "secrets", "services")
"""Keys whose values have names as keys, which may come from expressions."""


def places(text):
    """The texts of scalars on one line, without quotes; of keys, only those that are names."""
    found = []
    root = document_of(Source("stack.yml", text)).root
    pending = [(root, "")] if root else []
    while pending:
        node, key = pending.pop()
        if isinstance(node, MappingNode):
            for name, value in node.pairs:
                if key in NAMED:
                    pending.append((name, ""))
                pending.append((value, name.value or ""))
        elif isinstance(node, SequenceNode):
            pending += ((item, "") for item in node.children)
        elif isinstance(node, ScalarNode) and node.style not in BLOCK_STYLES:
            found.append((node.start + bool(node.style), node.end - bool(node.style)))
    return sorted(
        (start, end)
        for start, end in found
        if start < end and "\n" not in text[start:end] and text[start:end] != "<<"
    )


@st.composite
def templates(draw):
    """The text of a fixture, with expressions instead of some of its scalars, and their values."""
    text = draw(st.sampled_from(FIXTURES)).read_text(encoding="utf-8")
    chosen = draw(st.lists(st.sampled_from(places(text)), max_size=8, unique=True))
    values, pieces, end = {}, [], 0
    for number, (start, stop) in enumerate(sorted(chosen)):
        if "{" in text[start - 1 : start] or "}" in text[stop : stop + 1]:
            continue  # Jinja takes these braces for its own
        values[f"v{number}"] = text[start:stop]
        pieces += (text[end:start], f"{{{{ v{number} }}}}")
        end = stop
    return text, "".join((*pieces, text[end:])), values


ABOUT_ONE = {each.name for each in registry.load().values() if each.on not in (Route, Fleet)}
"""Rules that say nothing of services that share a host: one that is not known may be any."""


@given(templates())
def test_expressions_add_no_findings(case):
    """A value that is not known is not judged, whatever it is, and never taken to be absent."""
    text, template, values = case
    options = Options.of(text)

    assert text == rendered(template, **values)
    known = {rule for rule, *_ in findings([Source("stack.yml", text)], options)}
    unknown = {rule for rule, *_ in findings(views(template), options)}
    assert unknown & ABOUT_ONE <= known, template


LINES = [
    "        com.docker.lb.port: 80\n",
    "        com.docker.lb.port: 80800\n",
    "        com.docker.lb.prot: 80\n",
    "        com.docker.lb.backend_mode: vip\n",
    "        com.docker.lb.ip_hash: 'true'\n",
    "        com.docker.lb.ssl_cert: cert\n",
    "        com.docker.lb.ssl_key: key\n",
    "        com.docker.lb.context_root: /x\n",
    "        com.docker.lb.network: other\n",
]


@st.composite
def branches(draw, depth=0):
    """Lines of labels, each at most once, with conditions around some of them."""
    left = draw(st.permutations(LINES)) if not depth else draw(st.permutations(depth))
    found = []
    while left:
        count = draw(st.integers(1, len(left)))
        some, left = left[:count], left[count:]
        kind = draw(st.sampled_from(["plain", "if", "else", "elif", "not"]))
        middle = draw(st.integers(0, len(some)))
        one, other = "".join(some[:middle]), "".join(some[middle:])
        if kind == "plain":
            found.append("".join(some))
        elif kind == "if":
            found.append(f"{{% if a %}}\n{one}{{% endif %}}\n{other}")
        elif kind == "else":
            found.append(f"{{% if a %}}\n{one}{{% else %}}\n{other}{{% endif %}}\n")
        elif kind == "not":
            found.append(f"{{% if not a %}}\n{one}{{% endif %}}\n{other}")
        else:
            found.append(f"{{% if b == 'x' %}}\n{one}{{% elif b == 'y' %}}\n{other}{{% endif %}}\n")
    return "".join(found)


HEAD = """\
services:
  web:
    image: nginx
    deploy:
      labels:
        com.docker.lb.hosts: a.example.com
"""


def by_line(text, found):
    """Findings with the texts of their lines instead of the numbers."""
    lines = text.splitlines()
    return {(rule, lines[line - 1], services) for rule, line, services in found}


@given(branches())
def test_branches_are_judged_as_they_are_rendered(labels):
    """Each branch is in a view, and each view is a rendering."""
    template, options = HEAD + labels, Options()
    possible = {}
    for a, b in product((True, False), ("x", "y", "z")):
        text = rendered(template, a=a, b=b)
        possible[text] = by_line(text, findings([Source("stack.yml", text)], options))
    seen = set()
    for view in views(template):
        text = "".join(f"{line}\n" for line in view.yaml.splitlines() if line.strip())
        assert text in possible
        found = by_line(template, findings([view], options))
        # Whether conditions without a word in common exclude each other is not known.
        assert {rule for rule, *_ in found ^ possible[text]} <= {"duplicate-key"}
        assert found <= possible[text]
        seen.update(text.splitlines())

    assert {line for text in possible for line in text.splitlines()} == seen
    every = by_line(template, findings(views(template), options))
    assert every <= set().union(*possible.values())


def test_labels_services_and_lines_agree():
    """Whatever has no expression in it is read as in the rendering."""
    template = (
        HEAD + "        com.docker.lb.port: {{ port }}\n        {{ key }}: x\n"
        "{% for each in names %}\n  {{ each }}:\n    image: x\n{% endfor %}\n"
    )
    text = rendered(template, port=80, key="k", names=["one"])
    (view,) = views(template)
    known, masked = read([Source("s", text)], ReadOptions()), read([view], ReadOptions())

    def seen(stack):
        labels = stack.services[0].labels
        found = ((str(each.key), str(each.value), each.span.position.line) for each in labels)
        return [str(service.name) for service in stack.services], list(found)

    host = ("com.docker.lb.hosts", "a.example.com", 6)
    port, key = "com.docker.lb.port", "{{ key }}"
    assert (["web", "one"], [host, (port, "80", 7), ("k", "x", 8)]) == seen(known)
    assert (["web", "{{ each }}"], [host, (port, "{{ port }}", 7), (key, "x", 8)]) == seen(masked)
