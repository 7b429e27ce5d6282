"""Host names outside ASCII: which spellings are the same name, and which one browsers use."""

import string
import sys
import unicodedata
from subprocess import run

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support import routes, service

from linter.model.idn import canonical
from linter.syntax.interpolation import Variable, display, lower, lowered

ASCII = st.text(st.characters(max_codepoint=127, exclude_categories=("Cc",)))
PARTS = st.lists(st.one_of(st.text(min_size=1), st.from_regex(r"[A-Z]{1,3}").map(Variable)))
LABELS = st.text(st.characters(categories=("L", "Nd", "Mn")), min_size=1, max_size=20)


def name(text):
    """The canonical form of a host without variables."""
    return display(canonical((text,)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.Example", "xn--bcher-kva.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("STRAẞE.example", "xn--strae-oqa.example"),
        ("βόλος.example", "xn--nxasmm1c.example"),
        ("i❤.example", "xn--i-7iq.example"),
        ("пример.испытание", "xn--e1afmkfd.xn--80akhbyknj4f"),
        ("例。example", "xn--fsq.example"),
        ("*.bücher.example", "*.xn--bcher-kva.example"),
        ("_dmarc.bücher.example", "_dmarc.xn--bcher-kva.example"),
        ("bücher.example.", "xn--bcher-kva.example."),
        ("\uff41pp.example", "app.example"),
        ("app\u200b.example", "app.example"),
        ("\u212aiosk.example", "kiosk.example"),
        ("XN--BCHER-KVA.bücher", "xn--bcher-kva.xn--bcher-kva"),
        ("App_1.example", "app_1.example"),
    ],
)
def test_browsers_use_a_name_in_ascii(text, expected):
    """As UTS #46 describes it, without its transitional mappings: `ß` is not `ss`."""
    assert expected == name(text)


@pytest.mark.parametrize(
    "text",
    [
        "\u0301a.example",  # begins with a combining mark
        "\u202ebücher.example",  # a character that no name may contain
        "\u200b.example",  # nothing but a character without meaning
        "a\uff0fb.example",  # a fullwidth slash
        "bücher,a.example",
        "xn--ü.example",  # claims to be encoded already
        "a\u200db.example",  # joins what has no joined form
        "אa.example",  # both left to right and right to left
        f"{'ü' * 60}.example",  # too long for a label
        ".".join(["ü" * 30] * 10),  # too long for a name
        "\ud800.example",
        "\U000e0fff.example",
    ],
    ids=ascii,
)
def test_a_name_without_an_ascii_form(text):
    """It is compared in one normal form of Unicode, so that equal names stay equal."""
    composed = unicodedata.normalize("NFC", text)

    assert not name(text).isascii()
    assert composed == name(text) == name(unicodedata.normalize("NFD", text))


@given(PARTS)
@example(["W\u030a"])
@example(["\u212a\u0301"])
@example(["\U0002f868.a"])
@example(["İ", Variable("A")])
def test_the_canonical_form_is_its_own(parts):
    once = canonical(tuple(parts))

    assert once == canonical(once)


@given(LABELS)
@example("BÜCHER")
@example("İstanbul")
@example("\u1f82" * 3)
def test_one_name_in_any_form(label):
    """Composed, decomposed or encoded, it is the same name."""
    expected = name(label)
    composed, decomposed = (unicodedata.normalize(form, label) for form in ("NFC", "NFD"))

    assert expected == name(composed) == name(decomposed)
    if expected.isascii():
        assert expected == name(expected.upper())


@given(ASCII)
def test_of_a_name_in_ascii_only_the_case_changes(text):
    assert text.lower() == name(text)


@given(st.text())
@example("İẞ\u212a\u017fAZ")
def test_only_ascii_letters_are_lowered(text):
    expected = "".join(c.lower() if c in string.ascii_uppercase else c for c in text)

    assert expected == lower(text)
    assert (expected, Variable("UP")) == lowered((text, Variable("UP")))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("bu\u0308cher.", Variable("D")), ("xn--bcher-kva.", Variable("D"))),
        ((Variable("S"), ".Bücher.example"), (Variable("S"), ".xn--bcher-kva.example")),
        (("bu\u0308-", Variable("N"), ".example"), ("bü-", Variable("N"), ".example")),
    ],
    ids=["after", "before", "within"],
)
def test_a_name_that_depends_on_a_variable(one, other):
    """Labels without variables are encoded; others are the same if they are written the same."""
    assert canonical(one) == canonical(other)


def test_a_label_outside_ascii_with_a_variable_can_be_any_label():
    """Its encoded form depends on all of its characters, so nothing of it is known."""
    label, rest = canonical(("bü-", Variable("N"), ".example"))

    assert isinstance(label, Variable)
    assert ".example" == rest


FORMS = ["Bücher.example", "bu\u0308cher.example", "XN--Bcher-kva.example"]


def test_services_with_one_name_in_several_forms_share_a_route():
    (route,) = routes("".join(service(f"s{n}", {"hosts": each}) for n, each in enumerate(FORMS)))

    assert ["s0", "s1", "s2"] == [each.name for each in route.backends]
    assert "`bücher.example`" == route.title  # as written first


def test_a_service_with_one_name_in_several_forms_is_on_its_route_once():
    (route,) = routes(service("a", {"hosts": ",".join(FORMS)}) + service("b", {"hosts": FORMS[2]}))

    assert ["a", "b"] == [each.name for each in route.backends]


def test_a_capital_letter_outside_ascii_is_not_lost():
    (route,) = routes(service("a", {"hosts": "İstanbul.example"}))

    assert "`İstanbul.example`" == route.title


@pytest.mark.parametrize(("host", "loaded"), [("app.example", False), ("bücher.example", True)])
def test_the_tables_are_loaded_only_for_names_outside_ascii(host, loaded):
    program = (
        "import sys; from support import routes, service\n"
        "(route,) = routes(service('a', {'hosts': sys.argv[1]}))\n"
        "print(sorted({'idna', 'linter.model.idn'} & sys.modules.keys()))"
    )
    out = run(
        [sys.executable, "-c", program, host],
        capture_output=True,
        encoding="utf-8",
        check=True,
        env={"PYTHONPATH": ":".join(sys.path), "PYTHONUTF8": "1"},
    ).stdout

    assert (["idna", "linter.model.idn"] if loaded else []) == eval(out)
