"""The site that `make site` builds: its links, what it loads, and what a real Chromium shows."""

import os
import posixpath
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from chromium import Chromium, program
from support import component

from linter import commands
from linter.checking import registry

pytestmark = pytest.mark.site
START = "docs/index.html"
SHOWN = (START, "docs/commands/check.html", "docs/rules/canary-share.html", "docs/routing.html")
"""A page of each kind; the last one has pictures."""


class Page(HTMLParser):
    """The links of a page, the anchors in it, and what it loads."""

    def __init__(self, text):
        super().__init__()
        self.links, self.anchors, self.loads = [], set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.anchors |= {attrs[each] for each in ("id", "name") if attrs.get(each)}
        if tag == "a" and "href" in attrs:
            self.links.append(attrs["href"])
        if tag == "link" and attrs.get("rel") not in ("canonical", "next", "prev", "search"):
            self.loads.append(attrs["href"])
        if "src" in attrs:
            self.loads.append(attrs["src"])
        if "url=" in attrs.get("content", ""):
            self.links.append(attrs["content"].partition("url=")[2])


@pytest.fixture(scope="module")
def site():
    path = os.environ.get("INTERLOCK_LINT_SITE")
    component("site", path, "INTERLOCK_LINT_SITE names no folder; `make site` builds one")
    return Path(path).resolve()


@pytest.fixture(scope="module")
def pages(site):
    """The pages by their paths, without the playground, which is not ours."""
    return {
        path.relative_to(site).as_posix(): Page(path.read_text(encoding="utf-8"))
        for path in sorted(site.rglob("*.html"))
        if "playground" not in path.relative_to(site).parts
    }


def inside(page, link):
    """The file of the site that a link leads to, and the anchor; None for another site."""
    if re.match(r"[a-z]+:|//", link):
        return None
    path, anchor = urldefrag(link)
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(path.split("?")[0])))
    return (path if urldefrag(link)[0] else page), unquote(anchor)


def test_no_link_is_dead(site, pages):
    dead = []
    for name, page in pages.items():
        for path, anchor in filter(None, (inside(name, each) for each in page.links)):
            found = (site / path).is_file()
            if not found or (anchor and anchor not in pages[path].anchors):
                dead.append(f"{name}: {path}#{anchor}")

    assert [] == dead


def test_nothing_is_loaded_from_elsewhere(site, pages):
    for name, page in pages.items():
        for each in page.loads:
            found = inside(name, each)
            assert found and (site / found[0]).is_file(), f"{name} loads {each}"
    for path in site.glob("_static/**/*.css"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"@import|url\(['\"]?(?:https?:)?//", text), path.name


def test_each_page_can_be_reached(pages):
    reached, new = set(), {"index.html"}
    while new:
        reached |= new
        links = [(name, link) for name in new for link in pages[name].links]
        found = {each[0] for each in (inside(*link) for link in links) if each}
        new = found & set(pages) - reached

    assert {"search.html"} >= set(pages) - reached


def test_there_is_a_page_for_each_command_and_each_rule(site, pages):
    names = [f"docs/commands/{name.replace(' ', '-')}.html" for name in commands.names()]
    names += [f"docs/rules/{name}.html" for name in registry.load()]

    assert set(names) <= set(pages)
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    assert [] == [name for name in registry.load() if f'"{name}"' not in index]


def test_options_are_written_with_two_hyphens(site):
    text = (site / "docs" / "commands" / "fix.html").read_text(encoding="utf-8")

    assert "--write" in text
    assert "\N{EN DASH}write" not in text


# -- In a browser --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser():
    component("chromium", program(), "there is no chromium here")
    found = Chromium()
    yield found
    found.close()


@pytest.mark.chromium
@pytest.mark.parametrize("name", SHOWN)
def test_a_page_fits_and_loads_only_files(site, browser, name):
    for width in (1280, 400):
        browser.look(width=width)
        browser.open(site / name)

        assert 0 == browser.run("document.documentElement.scrollWidth - innerWidth")
        assert {"file", "data"} >= {each.partition(":")[0] for each in browser.loaded}
        pictures = "[...document.images].every((each) => each.complete && each.naturalWidth)"
        assert browser.run(pictures)


@pytest.mark.chromium
def test_the_search_works_without_a_server(site, browser):
    browser.open(f"{site}/search.html?q=sticky-session-in-vip-mode")
    script = """new Promise((done) => {
      const look = () => {
        const found = document.querySelectorAll("#search-results li a");
        found.length ? done([...found].map((each) => each.textContent)) : setTimeout(look, 50);
      };
      look();
    })"""

    assert "sticky-session-in-vip-mode" == browser.run(script)[0]


@pytest.mark.chromium
@pytest.mark.parametrize("name", [*SHOWN, "docs/events.html"])
def test_nothing_serious_for_axe(site, browser, name):
    path = os.environ.get("INTERLOCK_LINT_AXE")
    component("axe-core", path, "INTERLOCK_LINT_AXE names no file")
    axe = Path(path).read_text(encoding="utf-8")
    for width in (1280, 400):
        for dark in (False, True):
            browser.look(width=width, dark=dark)
            browser.open(site / name)
            browser.run(axe)
            found = browser.run(
                "axe.run().then((all) => all.violations.map((each) => [each.id, each.impact]))"
            )
            assert [] == [each for each in found if each[1] in ("serious", "critical")]
