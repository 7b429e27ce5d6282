"""Which files belong together as a base and its overrides."""

import itertools

import pytest

from linter.files.siblings import environment_of, families
from linter.reading.stack_reader import ReadOptions, read
from linter.syntax.source import Source

HOSTS = "com.docker.lb.hosts: app.example.com"
STICKY = "com.docker.lb.sticky_session_cookie: session"


def service(name="web", *labels, image=True):
    keys = ["    image: example/web"] if image else ["    networks: [front]"]
    if labels:
        keys += ["    deploy:", "      labels:", *(f"        {each}" for each in labels)]
    return "\n".join([f"  {name}:", *keys, ""])


BASE = service("web", HOSTS)
OVERRIDE = service("web", STICKY, image=False)
TAGGED = service("web", STICKY)
COMPLETE = service("web", HOSTS, STICKY)


def stack(files):
    sources = [Source(name, "services:\n" + text) for name, text in files.items()]
    return read(sources, ReadOptions())


def related(*stacks):
    """The paths of bases and overrides, each stack given as its files."""
    return [
        ([each.path for each in bases], [each.path for each in overrides])
        for bases, overrides in families(map(stack, stacks))
    ]


def pair(base, override, first=BASE, second=OVERRIDE):
    return related({base: first}, {override: second}) == [([base], [override])]


@pytest.mark.parametrize(
    ("base", "override"),
    [
        ("docker-compose.yml", "docker-compose.prod.yml"),
        ("docker-compose.yml", "docker-compose.override.yml"),
        ("compose.yaml", "compose.prod.yml"),
        ("stack.yml", "stack.prod.yml"),
        ("shop.stack.yml", "shop.stack.prod.yml"),
        ("docker-compose.yml", "docker-compose.prod.eu.yml"),
        ("stacks/stack.yml", "stacks/stack.prod.yml"),
        ("docker-compose.yml", "docker-compose-prod.yml"),
        ("base.yml", "prod.yml"),
    ],
)
def test_a_file_without_images_belongs_to_the_one_with_its_services(base, override):
    assert pair(base, override)


@pytest.mark.parametrize("text", [TAGGED, service("web"), OVERRIDE + service("new")])
def test_a_file_with_images_is_an_override_if_its_name_says_so_and_it_is_not_complete(text):
    assert pair("docker-compose.yml", "docker-compose.prod.yml", BASE, text)
    assert pair("docker-compose.yml", "docker-compose.override.yml", BASE, COMPLETE)


@pytest.mark.parametrize(
    ("one", "other", "text"),
    [
        ("shop.yml", "blog.yml", TAGGED),
        ("shop.stack.yml", "blog.stack.yml", COMPLETE),
        ("docker-compose.yml", "docker-compose-build.yml", service("web")),
        ("stack.yml", "stack.staging.yml", COMPLETE),
        ("a/docker-compose.yml", "b/docker-compose.prod.yml", OVERRIDE),
        ("docker-compose.yml", "docker-compose.prod.yml", service("api", image=False)),
        ("docker-compose.yml", "docker-compose.prod.yml", service("api")),
        ("stack.yml", "stack.md", TAGGED),
    ],
)
def test_stacks_that_only_look_alike_are_no_siblings(one, other, text):
    assert [] == related({one: BASE}, {other: text})


def test_neither_are_two_overrides():
    assert [] == related({"stack.prod.yml": OVERRIDE}, {"stack.test.yml": OVERRIDE})


def test_a_file_that_extends_another_is_no_override():
    extending = "  web:\n    extends: {file: base.yml, service: web}\n"

    assert [] == related({"base.yml": BASE}, {"prod.yml": extending})


def test_images_may_come_from_a_merge():
    merged = "  web: &web\n    image: x\n  next:\n    <<: *web\n"

    assert [] == related({"base.yml": BASE + service("next")}, {"prod.yml": merged})


def test_a_base_has_any_number_of_overrides():
    names = ["stack.prod.yml", "stack.staging.yml"]

    assert [(["stack.yml"], names)] == related(
        {"stack.yml": BASE}, *({name: OVERRIDE} for name in names)
    )


def test_the_name_decides_between_several_bases():
    assert [(["stack.yml"], ["stack.prod.yml"])] == related(
        {"other.yml": BASE}, {"stack.yml": BASE}, {"stack.prod.yml": OVERRIDE}
    )


def test_without_such_a_name_those_with_all_services_come_into_question():
    both = OVERRIDE + service("api", image=False)
    some, every = {"some.yml": BASE}, {"all.yml": BASE + service("api")}

    assert [(["all.yml"], ["prod.yml"])] == related(some, every, {"prod.yml": both})
    assert [(["some.yml"], ["prod.yml"])] == related(some, {"prod.yml": both})
    assert [(["a.yml", "b.yml"], ["prod.yml"])] == related(
        {"a.yml": BASE}, {"b.yml": BASE}, {"prod.yml": OVERRIDE}
    )


def test_a_stack_of_several_files_can_be_a_base():
    files = {"base.yml": BASE, "prod.yml": OVERRIDE}

    assert [(["base.yml"], ["more.yml"])] == related(files, {"more.yml": OVERRIDE})


def test_the_order_of_the_stacks_does_not_matter():
    stacks = [
        {"stack.yml": BASE},
        {"stack.prod.yml": OVERRIDE},
        {"stack.test.yml": TAGGED},
        {"other.yml": service("api", HOSTS)},
    ]
    expected = {("stack.yml", "stack.prod.yml"), ("stack.yml", "stack.test.yml")}

    for order in itertools.permutations(stacks):
        found = {
            (base, each)
            for bases, overrides in related(*order)
            for base in bases
            for each in overrides
        }
        assert expected == found


@pytest.mark.parametrize(
    ("base", "override", "environment"),
    [
        ("docker-compose.yml", "docker-compose.prod.yml", "prod"),
        ("docker-compose.yml", "docker-compose-prod.yaml", "prod"),
        ("stack.yml", "stack.prod.eu.yml", "prod.eu"),
        ("base.yml", "prod.yml", "prod"),
    ],
)
def test_what_the_name_of_an_override_adds(base, override, environment):
    assert environment == environment_of(stack({override: OVERRIDE}), stack({base: BASE}))
