"""The HTML reports: what is on them, and what a real Chromium makes of them."""

import os

import pytest
from chromium import Chromium, program
from readers import classed, page
from support import BAD, GOOD, ROOT, STICKY, WARNING, component, golden, undressed

PAGES = ROOT / "tests" / "report" / "pages"
CANARY = """\
services:
  shop:
    image: shop:1
    deploy:
      replicas: 4
      labels: {com.docker.lb.hosts: shop.example.com, com.docker.lb.port: 80}
  shop-next:
    image: shop:2
    deploy:
      labels: {com.docker.lb.hosts: shop.example.com, com.docker.lb.port: 80}
"""
MARKUP = "<img src=x onerror=document.title='caught'><script>document.title='caught'</script>"


@pytest.fixture
def read(run):
    """The elements of a page."""

    def read(*words):
        status, out, err = run(words[0], "--isolated", "--format", "html", *words[1:])
        assert status in (0, 1, 3), err
        return page(out)

    return read


def texts(root, tag):
    return [" ".join("".join(each.itertext()).split()) for each in root.iter(tag)]


# -- Golden outputs ------------------------------------------------------------------------------

QUESTIONS = {
    "routes": ["routes", "--tasks", "shop=2"],
    "routes-want": ["routes", "--what-if", "vip", "--want", "shop-next=10%"],
}


CHANGES = {
    "migrate": ["migrate", "--to", "vip", "--max-share-shift", "30", "stack.yml"],
    "migrate-refused": ["migrate", "--to", "vip", "stack.yml"],
    "fix": ["fix", "mistakes.yml"],
}
UNQUOTED = "        com.docker.lb.ssl_passthrough: true\n"


@pytest.mark.golden
@pytest.mark.parametrize("name", QUESTIONS)
def test_routes(workspace, run, name):
    """`make golden` writes these files; read the diff aloud."""
    workspace({"stack.yml": CANARY})
    _, out, _ = run(*QUESTIONS[name], "--isolated", "--format", "html", "stack.yml")
    out = undressed(out)

    assert golden(PAGES / f"{name}.html", out) == out


@pytest.mark.golden
@pytest.mark.parametrize("name", CHANGES)
def test_changes(workspace, run, name):
    workspace({"stack.yml": CANARY, "mistakes.yml": BAD + UNQUOTED})
    _, out, _ = run(*CHANGES[name], "--isolated", "--format", "html")
    out = undressed(out)

    assert golden(PAGES / f"{name}.html", out) == out


@pytest.mark.golden
def test_plan(run, monkeypatch):
    monkeypatch.chdir(ROOT / "examples" / "plan")
    _, out, _ = run("plan", "--isolated", "--format", "html", "old.yml", "new.yml")
    out = undressed(out)

    assert golden(PAGES / "plan.html", out) == out


# -- The first screen ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "answer"),
    [
        ({"stack.yml": GOOD}, "Yes, as far as the rules can tell"),
        ({"stack.yml": BAD}, "No: 1 finding fails the check"),
        ({"stack.yml": "a: [b"}, "Not known: 1 file was not judged"),
        ({"stack.yml": BAD, "b.yml": "a: [b"}, "No: 1 finding fails the check"),
    ],
)
def test_is_it_safe(workspace, read, files, answer):
    workspace(files)
    rules = "invalid-value"

    assert [answer] == texts(read("check", "--select", rules, *files), "h1")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("services: {}\n", "Nobody: no routes"),
        (GOOD, "web gets 100%"),
        (CANARY, "shop 80% and shop-next 20%"),
        (
            CANARY + GOOD.partition("\n")[2],
            "1 of 2 routes is shared by several services",
        ),
    ],
)
def test_who_gets_what(workspace, read, text, answer):
    workspace({"stack.yml": text})

    assert [answer] == texts(read("routes", "stack.yml"), "h1")


@pytest.mark.parametrize(
    ("old", "new", "answer"),
    [
        (GOOD, GOOD, "Nothing changes"),
        (GOOD, GOOD.replace("example/web", "other"), "The proxy is reconfigured once or twice"),
        (GOOD, GOOD.replace("web:", "db:"), "The proxy is reconfigured twice"),
        (
            GOOD,
            GOOD.replace("    deploy:\n", "    deploy:\n      mode: global\n"),
            "The engine refuses a change, which stops the deployment",
        ),
    ],
)
def test_what_changes(workspace, read, old, new, answer):
    workspace({"old.yml": old, "new.yml": new})

    assert [answer] == texts(read("plan", "old.yml", "new.yml"), "h1")


@pytest.mark.parametrize(
    ("files", "words", "answer"),
    [
        ({"a.yml": GOOD}, ["fix", "a.yml"], "Nothing to change"),
        ({"a.yml": STICKY}, ["fix", "--unsafe", "a.yml"], "Would fix 1 finding in 1 file"),
        ({"a.yml": "a: [b"}, ["fix", "a.yml"], "Not known: 1 file was not judged"),
        (
            {"a.yml": STICKY},
            ["migrate", "--to", "task", "a.yml"],
            "Would change 1 label of service web in 1 file",
        ),
        ({"a.yml": CANARY}, ["migrate", "--to", "vip", "a.yml"], "Nothing would change"),
        (
            {"a.yml": GOOD},
            ["labels", "set", "a.yml", "web", "port=1"],
            "Would change 1 label of service web in 1 file",
        ),
    ],
)
def test_what_would_change(workspace, run, files, words, answer):
    workspace(files)
    _, out, err = run(*words, "--isolated", "--format", "html")

    assert [answer] == texts(page(out), "h1"), err


def test_what_is_not_judged_never_looks_like_success(workspace, read):
    workspace({"old.yml": GOOD, "new.yml": "a: [b"})
    root = read("plan", "old.yml", "new.yml")

    assert ["Not known: 1 file was not judged"] == texts(root, "h1")
    cards = [each for each in root.iter("section") if each.get("class") == "card"]
    assert all("Not known" in "".join(each.itertext()) for each in cards)
    assert ["As far as known: nobody"] == texts(read("routes", "new.yml"), "h1")


# -- What is shown -------------------------------------------------------------------------------


def test_the_arithmetic_is_beside_the_bars(workspace, read):
    workspace({"stack.yml": CANARY})
    root = read("routes", "stack.yml")

    assert ["80%", "50%", "20%", "50%"] == classed(root, "span", "share")
    assert [" = 4 / (4 + 1)", " = 1 / (1 + 1)", " = 1 / (4 + 1)", " = 1 / (1 + 1)"] == classed(
        root, "span", "sum"
    )
    bars = [each for each in root.iter("svg") if each.get("class") == "bar"][-4:]
    assert ["80", "50", "20", "50"] == [float_text(list(each)[-1].get("width")) for each in bars]


def float_text(text):
    return f"{float(text):g}"


def test_services_in_both_modes_are_shown_in_each_of_them(workspace, read):
    text = CANARY.replace(
        "replicas: 4\n      labels: {", "labels: {com.docker.lb.backend_mode: vip, "
    )
    workspace({"stack.yml": text})
    (head,) = [each for each in texts(read("routes", "stack.yml"), "thead") if "now" in each]

    assert "Servicenowin task modein VIP mode" == head


def test_a_picture_with_too_many_lines_is_left_out(workspace, read):
    one = GOOD.partition("\n")[2]
    services = (one.replace("web:", f"w{n}:").replace("app.", f"w{n}.") for n in range(100))
    workspace({"stack.yml": "services:\n" + "".join(services)})
    root = read("routes", "stack.yml")

    assert not list(root.iter("figure"))
    assert any("too many lines" in each for each in texts(root, "caption"))
    assert 100 == sum(each.get("class") == "route" for each in root.iter("section"))


def test_the_reason_why_the_proxy_is_reconfigured(workspace, read):
    workspace({"old.yml": GOOD, "new.yml": GOOD.replace("example/web", "other")})
    cells = texts(read("plan", "old.yml", "new.yml"), "td")

    assert any("Reconfigures the proxy: yes, because of image" in each for each in cells)


def test_the_log_of_commits(repository, run):
    repository({"stack.yml": GOOD})
    repository({"stack.yml": GOOD.replace("example/web", "other")})
    status, out, _ = run("plan", "--isolated", "--log", "git:main", "--format", "html")

    assert 0 == status
    assert any("web" in each for each in texts(page(out), "th"))


def test_a_report_in_a_file(workspace, run):
    folder = workspace({"stack.yml": BAD})
    run("check", "--isolated", "--output", "html=report.html", "stack.yml")

    assert texts(page((folder / "report.html").read_text()), "h1")


# -- In a real browser ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser():
    component("chromium", program(), "there is no `chromium` here")
    chromium = Chromium()
    yield chromium
    chromium.close()


@pytest.fixture
def opened(browser, workspace, run):
    """A page of a command in the browser."""

    def opened(files, *words, **look):
        folder = workspace(files)
        _, out, err = run(words[0], "--isolated", "--format", "html", *words[1:])
        path = folder / "page.html"
        path.write_text(out or err)
        browser.look(**look)
        browser.open(path)
        return browser

    return opened


FILES = {"bad.yml": BAD, "sticky.yml": STICKY, "warning.yml": WARNING, "broken.yml": "a: [b"}
SHOWN = "[...document.querySelectorAll('article.finding')].filter(each => each.checkVisibility())"
SELECT = """(() => {{
  const select = document.querySelector("[name={0}]");
  select.selectedIndex = [...select.options].findIndex((each) => each.text.startsWith("{1}"));
  select.dispatchEvent(new Event("change", {{bubbles: true}}));
}})()"""


def count(browser):
    return browser.run(f"{SHOWN}.length")


@pytest.mark.chromium
def test_filters(opened):
    browser = opened(FILES, "check", *FILES)
    total = count(browser)
    assert f"{total} findings" == browser.run("document.querySelector('output').value")

    for name, value in (
        *(("severity", "error"), ("rule", "missing-port"), ("file", "sticky.yml")),
        *(("service", "no service"), ("severity", "not judged")),
    ):
        browser.run(SELECT.format(name, value))
        option = f"document.querySelector('[name={name}]').selectedOptions[0].text"
        assert f"{value} ({count(browser)})" == browser.run(option)
        assert 0 < count(browser) < total
        browser.run("document.querySelector('button[type=reset]').click()")
        browser.run("new Promise((done) => setTimeout(done))")
        assert total == count(browser)


@pytest.mark.chromium
@pytest.mark.parametrize("number", [1, 50, 5000])
def test_any_number_of_findings(opened, number):
    one = BAD.partition("\n")[2]
    text = "services:\n" + "".join(one.replace("web:", f"w{n}:") for n in range(number))
    browser = opened({"stack.yml": text}, "check", "--select", "invalid-value", "stack.yml")

    assert number == browser.run("document.querySelectorAll('article.finding').length")
    browser.run(SELECT.format("service", "w0 "))
    assert 1 == count(browser)
    browser.run(SELECT.format("service", "all"))
    assert number == count(browser)


@pytest.mark.chromium
def test_several_filters_are_combined_and_empty_files_are_hidden(opened):
    browser = opened(FILES, "check", *FILES)
    browser.run(SELECT.format("file", "bad.yml"))
    browser.run(SELECT.format("rule", "missing-port"))

    assert 0 == count(browser)
    assert browser.run("document.querySelector('output').value").startswith("0 of ")
    assert not browser.run(
        "[...document.querySelectorAll('section.group')].some((each) => each.checkVisibility())"
    )


@pytest.mark.chromium
def test_the_keyboard_alone(opened):
    """The first stop leads to the findings, and the next ones are the filters."""
    browser = opened(FILES, "check", *FILES)
    active = "document.activeElement"
    browser.press("Tab", 9)
    assert "Skip to the details" == browser.run(f"{active}.text")
    browser.press("Enter", 13)
    browser.press("Tab", 9)
    assert "severity" == browser.run(f"{active}.name")
    assert "solid" == browser.run(f"getComputedStyle({active}).outlineStyle")
    total = count(browser)
    browser.press("e", 69)

    assert 0 < count(browser) < total


@pytest.mark.chromium
def test_a_link_to_a_finding_that_is_filtered_out_shows_it(opened):
    browser = opened(FILES, "check", *FILES)
    browser.run(SELECT.format("file", "warning.yml"))
    browser.run("document.querySelector('a[href=\"#finding-1\"]').click()")
    browser.run("new Promise((done) => setTimeout(done, 50))")

    assert browser.run("document.getElementById('finding-1').checkVisibility()")


@pytest.mark.chromium
def test_print(opened):
    browser = opened(FILES, "check", *FILES, media="print", dark=True)

    assert "rgb(255, 255, 255)" == browser.run("getComputedStyle(document.body).backgroundColor")
    assert not browser.run("document.querySelector('select').checkVisibility()")
    assert count(browser)


@pytest.mark.chromium
def test_dark(opened):
    colors = {
        opened(FILES, "check", *FILES, dark=dark).run(
            "getComputedStyle(document.body).backgroundColor"
        )
        for dark in (False, True)
    }

    assert {"rgb(246, 247, 249)", "rgb(18, 22, 28)"} == colors


@pytest.mark.chromium
def test_nothing_of_a_stack_runs_or_is_loaded(opened):
    label = f'        "com.docker.lb.{MARKUP}": "{MARKUP}"\n'
    text = GOOD.replace("app.example.com", f'"{MARKUP}"').replace("web:", f'"{MARKUP}":') + label
    for words in (["check"], ["routes"], ["plan", "old.yml"]):
        files = {"old.yml": "services: {}\n", "stack.yml": text}
        browser = opened(files, *words, "stack.yml")

        assert "caught" not in browser.run("document.title")
        assert MARKUP in browser.run("document.body.textContent")
        assert ["page.html"] == [each.rpartition("/")[2] for each in browser.loaded]
        assert 0 == browser.run("document.images.length")


@pytest.mark.chromium
def test_no_script_is_needed(opened):
    browser = opened(FILES, "check", *FILES)
    total = count(browser)
    browser.reload_without_scripts()

    assert total == count(browser) > 0
    assert not browser.run("document.querySelector('form').checkVisibility()")


@pytest.mark.chromium
def test_pages_are_as_wide_as_the_screen_and_accessible(opened):
    """On a phone and on a desk, in the light and in the dark."""
    path = os.environ.get("INTERLOCK_LINT_AXE")
    component("axe-core", path, "INTERLOCK_LINT_AXE names no file")
    with open(path, encoding="utf-8") as file:
        axe = file.read()
    files = {**FILES, "canary.yml": CANARY}
    for words in (
        *(["check", *files], ["routes", *files], ["plan", "bad.yml", "canary.yml"]),
        ["migrate", "--to", "vip", "--max-share-shift", "30", *files],
    ):
        for width in (1280, 400):
            for dark in (False, True):
                browser = opened(files, *words, width=width, dark=dark)
                browser.run(axe)
                found = browser.run(
                    "axe.run().then((all) => all.violations.map((each) => [each.id, each.impact]))"
                )

                assert [] == found, (words[0], width, dark)
                assert width == browser.run("document.documentElement.scrollWidth")
