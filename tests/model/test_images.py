"""The whole and the short name of an image, where it depends on a variable."""

import pytest

from linter.model.images import short_name, whole_name
from linter.syntax.interpolation import Variable, can_be_equal, display

V = Variable("V")


@pytest.mark.parametrize(
    ("image", "whole"),
    [
        (("web:", V), "docker.io/library/web:${V}"),
        (("docker.io/web:", V), "docker.io/library/web:${V}"),
        (("index.docker.io/example/", V), "docker.io/example/${V}"),
        (("example/", V, ":1"), "docker.io/example/${V}:1"),
        (("example.com/", V), "example.com/${V}"),
        (("docker.io/", V), "docker.io/${V}"),
        (("web", V), "docker.io/library/web${V}"),
        (("registry.", V, "/web"), "registry.${V}/web:latest"),
        ((V,), "${V}"),
        ((V, "/web"), "${V}/web:latest"),
        ((), ""),
    ],
)
def test_the_registry_is_added_as_far_as_it_is_known(image, whole):
    assert whole == display(whole_name(image))


@pytest.mark.parametrize(
    "image", [(V, "/web:1"), (V, "web:1"), ("docker.io/", V), (V,), ("web", V)]
)
def test_what_a_variable_stands_for_may_be_the_registry(image):
    assert can_be_equal(whole_name(image), whole_name(("docker.io/library/web:1",)))


@pytest.mark.parametrize(
    ("whole", "short"),
    [
        ("docker.io/library/web:1", "web:1"),
        ("docker.io/example/web:1", "example/web:1"),
        ("docker.io/library/example/web", "library/example/web"),
        ("example.com/library/web", "example.com/library/web"),
        ("library/${V}", "library/${V}"),
    ],
)
def test_the_short_name_is_as_docker_shows_it(whole, short):
    assert short == short_name(whole)
