"""The playground, in a real Chromium: what it shows, and that nothing leaves it."""

import os

import pytest
from chromium import program
from playground_page import Playground, build
from support import BAD, GOOD, ROOT, STICKY, component

from linter import api

pytestmark = [pytest.mark.chromium, pytest.mark.slow]

CANARY = (ROOT / "examples" / "canary.yml").read_text(encoding="utf-8")
MISTAKES = (ROOT / "examples" / "mistakes.yml").read_text(encoding="utf-8")
MARKUP = "<img src=x onerror=document.title='caught'><script>document.title='caught'</script>"
HOSTILE = (
    GOOD.replace("app.example.com", f'"{MARKUP}"').replace("web:", f'"{MARKUP}":')
    + f'        "com.docker.lb.{MARKUP}": "{MARKUP}\\u202e"\n'
)
LINKED = GOOD + "# \u00e9\U0001f600\n"
VIEWS = ("check", "routes", "fix", "migrate")
SHOWN = "[...document.querySelectorAll({0!r})].map((each) => each.textContent)"
VIOLATIONS = "axe.run().then((all) => all.violations.map((each) => [each.id, each.impact]))"


def options(text):
    return api.Options(text=text, name="stack.yml", isolated=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder with the playground."""
    component("chromium", program(), "there is no `chromium` here")
    folder = tmp_path_factory.mktemp("playground")
    why = build(folder)
    component("pyodide", not why, why)
    return folder


@pytest.fixture(scope="module")
def opened(folder):
    playground = Playground(folder, LINKED)
    playground.first = playground.text
    yield playground
    playground.close()


@pytest.fixture
def playground(opened):
    """The page, as when it was just opened; to load Python again takes too long."""
    opened.browser.look()
    opened.set("unsafe", value=False)
    opened.set("to", "vip")
    opened.set("max_share_shift", 0)
    opened.show("check")
    return opened


def test_the_examples_are_judged_as_on_the_command_line(playground):
    names = playground.run(SHOWN.format("#example option"))
    assert ["your own", "mistakes.yml", "canary.yml", "canary-in-vip-mode.yml"] == names
    for name in names[1:]:
        playground.run(f"document.querySelector('#example').value = '{name}'")
        playground.run("document.querySelector('#example').dispatchEvent(new Event('change'))")
        playground.wait()
        report = api.check("-", options=options(playground.text))

        assert len(report.diagnostics) == playground.run(
            "document.querySelectorAll('#result article').length"
        )
        assert all(each.rule in playground.result for each in report.diagnostics)


def test_a_text_that_is_pasted(playground):
    found = api.check("-", options=options(BAD)).diagnostics
    playground.paste(BAD)
    assert playground.answer.startswith("No: ")
    assert playground.status.startswith(f"{len(found)} finding")

    playground.paste(GOOD)
    assert "Yes, as far as the rules can tell" == playground.answer
    assert playground.status.startswith("0 findings")


def test_lines_with_findings_are_marked(playground):
    playground.paste(BAD)
    report = api.check("-", options=options(BAD))
    lines = playground.run(SHOWN.format('#lines [class]:not([class=""])'))

    assert sorted({each.finding.span.position.line for each in report.diagnostics}) == [
        int(each) for each in lines
    ]


def test_a_place_leads_to_its_line(playground):
    playground.paste(MISTAKES)
    playground.run("document.querySelector('button.place').click()")
    selected = playground.run("text.value.slice(text.selectionStart, text.selectionEnd)")

    assert "text" == playground.run("document.activeElement.id")
    assert "        com.docker.lb.network: front" == selected


def test_what_is_not_yaml(playground):
    playground.paste("services: [web")

    assert "Not known: 1 file was not judged" == playground.answer
    assert "expected ',' or ']'" in playground.result
    assert ["stack.yml:1:15"] == playground.run(SHOWN.format("button.place"))


def test_routes_are_drawn_in_both_modes_with_the_arithmetic(playground):
    playground.paste(CANARY)
    playground.show("routes")
    numbers = playground.run(SHOWN.format(".shares .share, .shares .sum"))

    assert ["80%", " = 4 / (4 + 1)", "50%", " = 1 / (1 + 1)"] == numbers[:4]
    assert "shop 80% and shop-next 20%" == playground.answer
    assert 4 == playground.run("document.querySelectorAll('.shares svg.bar').length")


def test_fixes_are_shown_and_applied_and_can_be_undone(playground):
    playground.paste(MISTAKES)
    playground.show("fix")
    safe = api.fix("-", options=options(MISTAKES)).texts["stack.yml"]
    assert "Would fix 1 finding in 1 file" == playground.answer
    assert 'com.docker.lb.ssl_passthrough: "true"' in playground.result
    assert MISTAKES == playground.text

    playground.click("#options-fix .apply")
    assert safe == playground.text
    assert playground.run("document.querySelector('#options-fix .apply').disabled")

    playground.set("unsafe", value=True)
    playground.click("#options-fix .apply")
    unsafe = api.fix("-", unsafe=True, options=options(safe))
    assert unsafe.texts["stack.yml"] == playground.text

    playground.run("document.execCommand('undo')")
    playground.wait()
    assert safe == playground.text


def test_a_switch_to_vip_mode(playground):
    playground.paste(CANARY)
    playground.show("migrate")
    assert "Nothing would change" == playground.answer
    assert "would change" in playground.result

    playground.set("max_share_shift", 30)
    assert ["80%", "50%", "20%", "50%"] == playground.run(SHOWN.format(".shares .share"))
    playground.click("#options-migrate .apply")
    switched = api.migrate("-", to="vip", max_share_shift=30, options=options(CANARY))
    assert switched.texts["stack.yml"] == playground.text

    playground.show("check")
    assert "canary-share" in playground.result


def test_a_link_opens_with_its_text(opened):
    assert LINKED == opened.first


def test_a_link_holds_the_text(playground):
    playground.paste(STICKY)
    playground.run("document.querySelector('#link').click()")
    playground.until("status.textContent.startsWith('Copied')")
    link = playground.run("navigator.clipboard.readText()")
    assert link.startswith(f"{playground.server.address}#stack=")
    assert link == playground.run("location.href")

    playground.paste(GOOD)
    playground.follow(link)
    assert STICKY == playground.text
    assert all("stack=" not in each for each in playground.server.asked)


def test_a_damaged_link(playground):
    playground.paste(GOOD)
    for damaged in ("#stack=%%%", "#stack=AAAA", "#stack="):
        playground.follow(playground.server.address + damaged)

        assert playground.status.startswith("The link is damaged")
        assert GOOD == playground.text


def test_a_text_too_long_for_a_link(playground):
    noise = "".join(f"# {number * 2654435761 % 2**32:x}\n" for number in range(9000))
    playground.paste(GOOD + noise)
    playground.run("document.querySelector('#link').click()")

    playground.until("status.textContent.startsWith('The text is too long for a link')")
    assert "" == playground.run("location.hash")


def test_nothing_of_a_stack_runs(playground):
    playground.paste(HOSTILE)
    for view in VIEWS:
        playground.show(view)

        assert "caught" not in playground.run("document.title")
        assert 0 == playground.run("document.querySelectorAll('img, #result script').length")
        assert MARKUP in playground.result
        assert "\u202e" not in playground.result


def test_nothing_leaves_the_page(playground):
    """Neither the page nor the worker, where Python runs, can reach anything else."""
    playground.paste(HOSTILE)
    away = "fetch('https://example.com/').then(() => 'sent', (error) => error.message)"
    files = {"/", *(f"/{path}" for path in os.listdir(playground.server.folder))}

    assert "Failed to fetch" == playground.run(away)
    assert "Failed to fetch" == playground.browser.run_in_worker(away)
    for line in playground.server.asked:
        method, path, _ = line.split()
        assert "GET" == method
        assert path in files or path.startswith("/pyodide/")


def test_the_keyboard_alone(playground):
    playground.paste(CANARY)
    playground.run("document.getElementById('check').focus()")
    for key, code, view in (
        *(("ArrowRight", 39, "routes"), ("End", 35, "migrate"), ("ArrowRight", 39, "check")),
        *(("ArrowLeft", 37, "migrate"), ("Home", 36, "check")),
    ):
        playground.browser.press(key, code)
        playground.wait()

        assert view == playground.run("document.activeElement.id")
        assert "true" == playground.run("document.activeElement.ariaSelected")
    playground.browser.press("Tab", 9)
    assert "panel" == playground.run("document.activeElement.id")


def test_it_is_as_wide_as_the_screen_and_accessible(playground):
    """On a phone and on a desk, in the light and in the dark."""
    path = os.environ.get("INTERLOCK_LINT_AXE")
    component("axe-core", path, "INTERLOCK_LINT_AXE names no file")
    with open(path, encoding="utf-8") as file:
        playground.run(file.read())
    playground.paste(MISTAKES + CANARY.partition("services:\n")[2].partition("\nnetworks")[0])
    playground.set("max_share_shift", 100)
    for width in (1280, 400):
        for dark in (False, True):
            playground.browser.look(width=width, dark=dark)
            for view in VIEWS:
                playground.show(view)
                found = playground.run(VIOLATIONS)

                assert [] == found, (view, width, dark)
                assert width == playground.run("document.documentElement.scrollWidth")
