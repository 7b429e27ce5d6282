"""What records have in common: those that hold the same are the same."""

import pickle

import pytest

from linter.model.diagnostic import Finding, Note, Severity
from linter.syntax.interpolation import Expression, Variable
from linter.syntax.source import Position, Source, Span

SOURCE = Source("stack.yml", "services: {}\n")
SPAN = Span(SOURCE, 0, 8)


def test_records_that_hold_the_same_are_equal():
    assert Span(SOURCE, 0, 8) == SPAN
    assert hash(Span(SOURCE, 0, 8)) == hash(SPAN)
    assert Span(SOURCE, 0, 9) != SPAN
    assert {SPAN: 1} == {Span(SOURCE, 0, 8): 1}


def test_records_of_different_classes_are_not():
    assert Note(SPAN, "x") != Finding(SPAN, "x")
    assert (1, 2) != Position(1, 2)


def test_a_record_is_copied_with_changes():
    finding = Finding(SPAN, "x", help="y")

    assert Finding(SPAN, "x", help="z") == finding._replace(help="z")
    assert "y" == finding.help
    with pytest.raises(TypeError):
        finding._replace(nothing="z")


def test_a_record_shows_what_it_holds():
    assert "Position(column=2, line=1)" == repr(Position(1, 2))


def test_a_record_can_be_sent_to_another_process():
    sent = pickle.loads(pickle.dumps(Finding(None, "x", at_most=Severity.INFO)))

    assert Finding(None, "x", at_most=Severity.INFO) == sent


def test_an_expression_is_like_a_variable_with_its_name():
    assert Variable("a") == Expression("a")
    assert hash(Variable("a")) == hash(Expression("a"))
    assert Expression("a") != Expression("b")
    assert Variable("a") != "a"
