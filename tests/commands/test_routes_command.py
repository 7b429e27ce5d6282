"""The command `routes` as its users see it: shares, questions, formats, exit status."""

import json
import re

import jsonschema
import pytest
from support import GOOD, ROOT, golden, imported_by

from linter.model.vocabulary import load_schema
from linter.report.escape import width

FOLDER = ROOT / "tests" / "commands" / "routes"
SCHEMA = load_schema("routes")

HEAD = "services:\n"


def service(name, hosts="shop.example.com", mode="task", *, tasks=1, deploy="", labels=()):
    lines = [f"com.docker.lb.hosts: '{hosts}'", f"com.docker.lb.backend_mode: '{mode}'", *labels]
    return (
        f"  {name}:\n    image: i\n    deploy:\n      replicas: {tasks}\n{deploy}      labels:\n"
        + "".join(f"        {line}\n" for line in lines)
    )


TASK = HEAD + service("shop", tasks=4) + service("shop-v2")
VIP = HEAD + service("shop", mode="vip", tasks=4) + service("shop-v2", mode="vip")
UNKNOWN = HEAD + service("shop", mode="${MODE}", tasks=4) + service("shop-v2")
REFUSED = TASK + "  no name:\n    image: i\n"
TLS = ["com.docker.lb.ssl_passthrough: 'true'"]
STICKY = ["com.docker.lb.ip_hash: 'true'"]
NO_VIRTUAL_IP = "      endpoint_mode: dnsrr\n"
KEPT = "with the other services unchanged, the closest in task mode is"
EACH = "each of the 2 services gets 50%, no matter how many tasks it has"
ON_ROUTES = "services on routes: `shop` and `shop-v2`"


@pytest.fixture
def shares(run):
    """The shares of each service in the JSON output: now, and with --what-if."""

    def shares(*arguments):
        _, out, _ = run("routes", "--format", "json", *arguments)
        data = json.loads(out)
        jsonschema.validate(data, SCHEMA)
        return {
            ",".join(route["hosts"]): {
                each["service"]: tuple(
                    each[when]["share"] and each[when]["share"]["percent"]
                    for when in ("now", "what_if")
                    if each[when]
                )
                for each in route["services"]
            }
            for route in data["routes"]
        }

    return shares


# -- Golden outputs ------------------------------------------------------------------------------

QUESTIONS = {
    "now.txt": [],
    "vip.txt": ["--what-if", "vip", "--tasks", "api-next=1", "--nodes", "3"],
    "now.md": ["--format", "markdown", "--what-if", "task"],
    "now.mmd": ["--format", "mermaid", "--what-if", "task"],
    "now.json": ["--format", "json", "--what-if", "task", "--service", "shop*"],
    "want.txt": ["--want", "shop-next=10%"],
}


@pytest.mark.golden
@pytest.mark.parametrize("name", QUESTIONS)
def test_output(run, monkeypatch, name):
    """`make golden` writes these files; read the diff aloud."""
    monkeypatch.chdir(FOLDER)
    _, out, _ = run("routes", "--isolated", *QUESTIONS[name], "fleet.yml")
    out = re.sub(r'("version": ")[^"]+"', r'\1VERSION"', out)

    assert golden(FOLDER / name, out) == out, "run `make golden` if that is what it should print"


# -- Exit status ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "arguments", "status"),
    [
        (TASK, [], 0),
        (VIP, [], 0),
        (VIP, ["--what-if", "task", "--service", "shop*"], 0),
        (TASK, ["--want", "shop-v2=10%"], 0),
        (VIP, ["--want", "shop-v2=10%"], 1),
        (VIP, ["--want", "shop-v2=50"], 0),
        (VIP, ["--want", "shop-v2=10%", "--what-if", "task"], 0),
        (TASK, ["--want", "shop-v2=10%", "--what-if", "vip"], 1),
        (UNKNOWN, ["--want", "shop-v2=10%"], 3),
        (UNKNOWN, ["--want", "shop-v2=10%", "--what-if", "task"], 0),
        (HEAD + service("shop"), ["--want", "shop=10%"], 1),
        ("a: [b", [], 3),
        (REFUSED, [], 3),
        (TASK, ["--want", "shop-v3=10%"], 2),
        (TASK, ["--want", "shop-v2"], 2),
        (TASK, ["--want", "shop-v2=0"], 2),
        (TASK, ["--want", "shop-v2=100"], 2),
        (TASK, ["--want", "shop-v2=1e1"], 2),
        (TASK, ["--want", "shop-v2=0.0001"], 2),  # would try a million tasks
        (TASK, ["--want", "shop=10", "--want", "shop-v2=20"], 2),
        (TASK, ["--tasks", "shop-v3=1"], 2),
        (TASK, ["--tasks", "1"], 2),
        (TASK, ["--tasks", "shop=-1"], 2),
        (TASK, ["--nodes", "x"], 2),
        (TASK, ["--host", "nowhere.*"], 2),
        (TASK, ["--service", "shop"], 2),
        (TASK, ["--what-if", "vip", "--service", "x*"], 2),
        (TASK, ["--what-if", "dns"], 2),
        (TASK, ["--output", "concise=x"], 2),
        (TASK, ["--target", "mke-9"], 2),
    ],
)
def test_exit_status(workspace, run, text, arguments, status):
    workspace({"stack.yml": text})

    assert status == run("routes", *arguments, "stack.yml")[0]


@pytest.mark.parametrize("name", ["text", "json", "mermaid", "markdown", "html"])
def test_exit_status_is_the_same_in_every_format(workspace, run, name):
    workspace({"stack.yml": VIP, "broken.yml": "a: [b"})
    ask = ["routes", "--format", name]

    assert [0, 1, 3] == [
        run(*ask, "stack.yml")[0],
        run(*ask, "--want", "shop=1%", "stack.yml")[0],
        run(*ask, "--want", "shop=1%", "stack.yml", "broken.yml")[0],
    ]


def test_what_cannot_be_judged_is_reported_and_the_rest_is_shown(workspace, run):
    workspace({"a.yml": "a: [b", "b.yml": REFUSED, "c.yml": TASK})
    status, out, err = run("routes", "--format", "json", "a.yml", "b.yml", "c.yml")
    data = json.loads(out)
    jsonschema.validate(data, SCHEMA)

    assert 3 == status
    assert ["a.yml", "b.yml"] == [each["path"] for each in data["unjudged"]]
    assert "a.yml:1:6: not judged: not YAML" in err
    assert "b.yml:16:3: not judged: `docker stack deploy` rejects it: " in err
    assert ["shop.example.com"] == data["routes"][0]["hosts"]


def test_check_reports_as_a_finding_what_docker_refuses(workspace, run):
    workspace({"stack.yml": REFUSED})
    status, out, err = run("check", "--format", "json", "stack.yml")

    assert (1, "") == (status, err)
    assert "unknown-key" in {each["rule"] for each in json.loads(out)["diagnostics"]}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--want", "shop-v3=1%"],
            "--want: no service `shop-v3`; did you mean `shop-v2`?",
        ),
        (["--tasks", "shopp=1"], "--tasks: no service `shopp`; did you mean `shop`?"),
        (["--tasks", "x=1"], "--tasks: no service `x`; services: `shop` and `shop-v2`"),
        (
            ["--host", "shop.exampel.com"],
            "--host: no host matches `shop.exampel.com`; did you mean `shop.example.com`?",
        ),
        (["--host", "x"], "--host: no host matches `x`; hosts: `shop.example.com`"),
        (
            ["--what-if", "vip", "--service", "shp"],
            "--service: no service matches `shp`; did you mean `shop`?",
        ),
    ],
)
def test_an_unknown_name_is_a_usage_error_with_a_suggestion(workspace, run, arguments, message):
    workspace({"stack.yml": TASK})
    status, out, err = run("routes", *arguments, "stack.yml")

    assert (2, "", f"error: {message}\n") == (status, out, err)


@pytest.mark.parametrize("option", ["--want", "--tasks"])
def test_a_service_without_a_route_is_not_called_unknown(workspace, run, option):
    workspace({"stack.yml": TASK + "  db: {image: i}\n"})
    status, out, err = run("routes", option, "db=10", "stack.yml")
    message = f"error: {option}: service `db` is not on a route; {ON_ROUTES}\n"

    assert (2, "", message) == (status, out, err)


def test_a_glob_for_services_without_a_route_is_not_called_unknown(workspace, run):
    workspace({"stack.yml": TASK + "  db: {image: i}\n"})
    err = run("routes", "--what-if", "vip", "--service", "d*", "stack.yml")[2]

    assert f"error: --service: no service matching `d*` is on a route; {ON_ROUTES}\n" == err


def test_without_routes_no_service_is_listed(workspace, run):
    workspace({"stack.yml": "services: {db: {image: i}}"})

    assert (
        "error: --want: service `db` is not on a route; there are no routes\n"
        == run("routes", "--want", "db=10", "stack.yml")[2]
    )


def test_without_routes_there_is_nothing_to_choose(workspace, run):
    workspace({"stack.yml": "services: {web: {image: i}}"})

    assert "; there are no hosts\n" in run("routes", "--host", "a", "stack.yml")[2]
    assert "0 routes; 1 service in 1 file\n" == run("routes", "stack.yml")[1]


def test_want_needs_a_host_that_the_service_serves(workspace, run):
    workspace({"stack.yml": TASK + service("web", "www.example.com")})
    status, _, err = run("routes", "--host", "www*", "--want", "shop=1%", "stack.yml")

    assert (2, "error: --want: service `shop` has no host that matches --host\n") == (
        status,
        err,
    )


def test_no_files_gives_a_warning(workspace, run):
    workspace({})

    assert (0, "0 routes; 0 services in 0 files\n", "warning: no stack files found\n") == run(
        "routes"
    )


def test_files_without_labels_are_counted(workspace, run):
    workspace({"compose.yml": "services: {web: {image: i}}", "stack.yml": TASK})

    assert run("routes", ".")[1].endswith("1 route; 2 services in 2 files\n")


def test_verbose_shows_the_progress(workspace, run):
    workspace({"stack.yml": TASK})

    assert "configuration: none\nreading stack.yml\n" == run("routes", "-v", "stack.yml")[2]


# -- Numbers -------------------------------------------------------------------------------------


def test_the_two_numbers_of_the_manual(workspace, shares):
    """One canary task next to four others: 20% in task mode, 50% in VIP mode."""
    workspace({"task.yml": TASK, "vip.yml": VIP})

    assert {"shop.example.com": {"shop": (80, 50), "shop-v2": (20, 50)}} == shares(
        "--what-if", "vip", "task.yml"
    )
    assert {"shop.example.com": {"shop": (50, 80), "shop-v2": (50, 20)}} == shares(
        "--what-if", "task", "vip.yml"
    )


@pytest.mark.parametrize(
    ("glob", "expected"),
    [
        ("shop", {"shop": (80, 50), "shop-v2": (20, 50)}),
        ("shop-*", {"shop": (80, 80), "shop-v2": (20, 20)}),
        ("*", {"shop": (80, 50), "shop-v2": (20, 50)}),
    ],
)
def test_a_single_service_can_be_switched(workspace, shares, glob, expected):
    workspace({"stack.yml": TASK})

    assert {"shop.example.com": expected} == shares(
        "--what-if", "vip", "--service", glob, "stack.yml"
    )


def test_mixed_modes(workspace, shares):
    """A canary with four tasks next to a service in VIP mode takes over."""
    workspace({"stack.yml": HEAD + service("shop", mode="vip", tasks=4) + service("v2", tasks=4)})

    assert {"shop.example.com": {"shop": (20, 50), "v2": (80, 50)}} == shares(
        "--what-if", "task", "stack.yml"
    )


@pytest.mark.parametrize("tasks", [1, 2, 100])
def test_scaling_a_service_in_vip_mode_changes_nothing(workspace, shares, tasks):
    workspace({"stack.yml": VIP})

    assert {"shop.example.com": {"shop": (50,), "shop-v2": (50,)}} == shares(
        "--tasks", f"shop-v2={tasks}", "stack.yml"
    )


@pytest.mark.parametrize("text", [TASK, VIP])
def test_a_service_without_tasks_gets_no_requests(workspace, shares, text):
    workspace({"stack.yml": text})

    assert {"shop.example.com": {"shop": (0,), "shop-v2": (100,)}} == shares(
        "--tasks", "shop=0", "stack.yml"
    )


def test_hosts_that_overlap_partly(workspace, shares):
    workspace({"stack.yml": HEAD + service("a", "x.test,y.test", tasks=4) + service("b", "y.test")})

    assert {"x.test": {"a": (100,)}, "y.test": {"a": (80,), "b": (20,)}} == shares("stack.yml")
    assert {"y.test": {"a": (80,), "b": (20,)}} == shares("--host", "Y.*", "stack.yml")


@pytest.mark.parametrize(
    "glob", ["Bücher.test", "bu\u0308cher.test", "xn--bcher-KVA.test", "xn--*", "bü*", "*ü*.test"]
)
def test_a_host_is_found_in_any_form_of_its_name(workspace, shares, glob):
    """The glob may also match the name only as it is written."""
    workspace({"stack.yml": HEAD + service("a", "BücheR.test,app.test")})

    assert ["bücher.test"] == list(shares("--host", glob, "stack.yml"))


def test_only_selected_hosts_are_named(workspace, shares):
    workspace({"stack.yml": HEAD + service("a", "x.test,y.test,z.test")})

    assert ["x.test,z.test"] == list(shares("--host", "x*", "--host", "z*", "stack.yml"))


def test_global_services_have_a_task_for_each_node(workspace, run, shares):
    workspace(
        {"stack.yml": TASK.replace("      replicas: 4", "      mode: global"), "other.yml": TASK}
    )

    assert {"shop.example.com": {"shop": (None,), "shop-v2": (None,)}} == shares("stack.yml")
    assert {"shop.example.com": {"shop": (75,), "shop-v2": (25,)}} == shares(
        "--nodes", "3", "stack.yml"
    )
    assert {"shop.example.com": {"shop": (50,), "shop-v2": (50,)}} == shares(
        "--nodes", "3", "--tasks", "shop=1", "stack.yml"
    )
    assert "n/(n + 1)" in run("routes", "stack.yml")[1]


def test_two_stacks_share_a_host(workspace, run):
    workspace({"a.yml": TASK, "b.yml": HEAD + service("shop", tasks=5)})
    _, out, _ = run("routes", "a.yml", "b.yml")

    assert re.search(r"^  service +stack +mode", out, re.MULTILINE)
    assert re.search(r"^  shop +b.yml +task +5 +5 +50%", out, re.MULTILINE)


def test_routes_are_sorted_by_host_in_any_order_of_files(workspace, run):
    workspace({"a.yml": TASK, "b.yml": HEAD + service("web", "a.example.com")})

    orders = (["a.yml", "b.yml"], ["b.yml", "a.yml"])
    outputs = [run("routes", "--format", "mermaid", *files)[1] for files in orders]
    assert [["a.example.com", "shop.example.com"]] * 2 == [
        re.findall(r'route\d\(\["(.*?)"\]\)', out) for out in outputs
    ]


# -- Wishes --------------------------------------------------------------------------------------


def wishes(run, text, *arguments):
    """The answers of the command, as sentences."""
    data = json.loads(run("routes", "--format", "json", *arguments, text)[1])
    jsonschema.validate(data, SCHEMA)
    replies = [reply for route in data["routes"] for reply in route["replies"]]
    return [text for reply in replies for text in reply["messages"]]


@pytest.mark.parametrize(
    ("text", "arguments", "expected"),
    [
        (
            TASK,
            ["--want", "shop-v2=10%"],
            [
                (
                    "task mode (set by the labels) can give 10% with 1 task of `shop-v2` and 9 "
                    "tasks of `shop`"
                ),
                f"{KEPT} 20% with 1 task of `shop-v2`",
                f"VIP mode cannot give 10%: {EACH}; 10% would take 10 services with this host",
            ],
        ),
        (
            TASK,
            ["--want", "shop-v2=50%"],
            [
                (
                    "task mode (set by the labels) can give 50% with 1 task of `shop-v2` and 1 "
                    "task of `shop`"
                ),
                "with the other services unchanged, 50% in task mode takes 4 tasks of `shop-v2`",
                f"VIP mode can give 50%: {EACH}",
            ],
        ),
        (
            VIP,
            ["--want", "shop-v2=30%"],
            [
                f"VIP mode (set by the labels) cannot give 30%: {EACH}",
                "task mode can give 30% with 3 tasks of `shop-v2` and 7 tasks of `shop`",
                f"{KEPT} 33.3% with 2 tasks of `shop-v2`",
            ],
        ),
        (
            TASK,
            ["--want", "shop-v2=20%", "--what-if", "task"],
            [
                "`shop-v2` already gets 20%",
                (
                    "task mode (set by --what-if) can give 20% with 1 task of `shop-v2` and 4 "
                    "tasks of `shop`"
                ),
                f"VIP mode cannot give 20%: {EACH}; 20% would take 5 services with this host",
            ],
        ),
        (
            TASK,
            ["--want", "shop-v2=33.3%", "--what-if", "vip", "--service", "shop"],
            [
                (
                    "the modes set by --what-if cannot give 33.3%; the closest is 50% with 1 "
                    "task of `shop-v2`"
                ),
                (
                    "task mode can come close to 33.3%: 33.33% with 1 task of `shop-v2` and 2 "
                    "tasks of `shop`"
                ),
                "exactly 33.3% takes 333 tasks of `shop-v2` and 667 tasks of `shop`",
                f"{KEPT} 33.33% with 2 tasks of `shop-v2`",
                f"VIP mode cannot give 33.3%: {EACH}",
            ],
        ),
        (
            TASK,
            ["--want", "shop-v2=48%"],
            [
                (
                    "task mode (set by the labels) can give 48% with 12 tasks of `shop-v2` and "
                    "13 tasks of `shop`"
                ),
                f"{KEPT} 50% with 4 tasks of `shop-v2`",
                f"VIP mode cannot give 48%: {EACH}",
            ],
        ),
        (
            TASK,
            ["--want", "shop-v2=33%"],
            [
                (
                    "task mode (set by the labels) can give 33% with 33 tasks of `shop-v2` and "
                    "67 tasks of `shop`"
                ),
                "fewer tasks come close: 33.3% with 1 task of `shop-v2` and 2 tasks of `shop`",
                f"{KEPT} 33.3% with 2 tasks of `shop-v2`",
                f"VIP mode cannot give 33%: {EACH}",
            ],
        ),
        (
            TASK,
            ["--want", "shop-v2=1%"],
            [
                (
                    "task mode (set by the labels) can give 1% with 1 task of `shop-v2` and 99 "
                    "tasks of `shop`"
                ),
                f"{KEPT} 20% with 1 task of `shop-v2`",
                f"VIP mode cannot give 1%: {EACH}; 1% would take 100 services with this host",
            ],
        ),
        (
            HEAD + service("shop", tasks=2) + service("shop-v2"),
            ["--want", "shop-v2=33.3%"],
            [
                (
                    "task mode (set by the labels) can come close to 33.3%: 33.33% with 1 task "
                    "of `shop-v2` and 2 tasks of `shop`"
                ),
                "exactly 33.3% takes 333 tasks of `shop-v2` and 667 tasks of `shop`",
                f"VIP mode cannot give 33.3%: {EACH}",
            ],
        ),
        (
            VIP + service("shop-v3", mode="vip"),
            ["--want", "shop=33.3"],
            [
                (
                    "VIP mode (set by the labels) can come close to 33.3%: each of the 3 "
                    "services gets 33.33%, no matter how many tasks it has"
                ),
                (
                    "task mode can come close to 33.3%: 33.33% with 1 task of `shop`, 1 task of "
                    "`shop-v2` and 1 task of `shop-v3`"
                ),
                (
                    "exactly 33.3% takes 333 tasks of `shop`, 334 tasks of `shop-v2` and 333 "
                    "tasks of `shop-v3`"
                ),
            ],
        ),
        (
            HEAD + service("shop", tasks=3000) + service("shop-v2"),
            ["--want", "shop-v2=0.03%"],
            [
                (
                    "task mode (set by the labels) can come close to 0.03%: 0.031% with 1 task "
                    "of `shop-v2` and 3,174 tasks of `shop`"
                ),
                "exactly 0.03% takes 3 tasks of `shop-v2` and 9,997 tasks of `shop`",
                f"{KEPT} 0.033% with 1 task of `shop-v2`",
                f"VIP mode cannot give 0.03%: {EACH}",
            ],
        ),
        (
            UNKNOWN,
            ["--want", "shop-v2=50%"],
            [
                "the mode is not known, so here are the answers for both modes",
                "task mode can give 50% with 1 task of `shop-v2` and 1 task of `shop`",
                "with the other services unchanged, 50% in task mode takes 4 tasks of `shop-v2`",
                f"VIP mode can give 50%: {EACH}",
            ],
        ),
        (
            HEAD + service("shop"),
            ["--want", "shop=50%"],
            [
                (
                    "not possible: no other service with tasks has this host, so `shop` gets "
                    "all requests"
                )
            ],
        ),
        (
            HEAD + service("shop", tasks=0) + service("shop-v2", tasks=0),
            ["--want", "shop=50%"],
            [
                (
                    "not possible: no other service with tasks has this host, so `shop` gets "
                    "all requests as soon as it has a task"
                )
            ],
        ),
        (
            HEAD + service("shop", labels=TLS) + service("shop-v2", labels=TLS),
            ["--want", "shop=50%"],
            ["not possible: these requests are not divided by tasks or modes"],
        ),
    ],
)
def test_wishes(workspace, run, text, arguments, expected):
    workspace({"stack.yml": text})

    assert expected == wishes(run, "stack.yml", *arguments)


def scaled_by_nodes(name, mode="task"):
    return service(name, mode=mode).replace("replicas: 1", "mode: global")


THREE = HEAD + service("a") + service("b") + scaled_by_nodes("c")
NODES = "global, with one task per node; set the number with --nodes N"
MADE_BY_NODES = (
    "`c` is global: in task mode its share depends on the number of nodes, and only other services "
    "can be scaled"
)
THIRD = "each of the 3 services gets 33.3%, no matter how many tasks it has"


@pytest.mark.parametrize(
    ("text", "arguments", "status", "expected"),
    [
        (
            THREE,
            ["--want", "a=20%"],
            3,
            [
                (
                    "whether task mode (set by the labels) can give 20% depends on the number "
                    f"of nodes: `c` is {NODES}"
                ),
                f"VIP mode cannot give 20%: {THIRD}; 20% would take 5 services with this host",
            ],
        ),
        (
            THREE,
            ["--want", "a=20%", "--nodes", "3"],
            0,
            [
                "`a` already gets 20%",
                "`c` is global: it has one task per node and cannot be scaled",
                (
                    "task mode (set by the labels) can give 20% with 1 task of `a` and 1 task "
                    "of `b`, plus 3 tasks of `c`"
                ),
                f"VIP mode cannot give 20%: {THIRD}; 20% would take 5 services with this host",
            ],
        ),
        (
            THREE,
            ["--want", "a=50%", "--tasks", "c=2"],
            0,
            [
                "`c` is global: it has one task per node and cannot be scaled",
                (
                    "task mode (set by the labels) can give 50% with 3 tasks of `a` and 1 task "
                    "of `b`, plus 2 tasks of `c`"
                ),
                f"VIP mode cannot give 50%: {THIRD}; 50% would take 2 services with this host",
            ],
        ),
        (
            THREE,
            ["--want", "c=20%"],
            3,
            [
                (
                    "the share of `c` in task mode (set by the labels) depends on the number of "
                    f"nodes: `c` is {NODES}"
                ),
                f"VIP mode cannot give 20%: {THIRD}; 20% would take 5 services with this host",
            ],
        ),
        (
            THREE,
            ["--want", "c=20%", "--nodes", "3"],
            0,
            [
                MADE_BY_NODES,
                (
                    "task mode (set by the labels) can give 20% with 6 tasks of `a` and 6 tasks "
                    "of `b`, plus 3 tasks of `c`"
                ),
                f"VIP mode cannot give 20%: {THIRD}; 20% would take 5 services with this host",
            ],
        ),
        (
            THREE,
            ["--want", "c=20%", "--nodes", "0"],
            1,
            ["not possible: `c` is global and has no node to run on, so it has no tasks"],
        ),
        (
            HEAD + scaled_by_nodes("c") + scaled_by_nodes("d"),
            ["--want", "c=20%"],
            3,
            [
                (
                    "the share of `c` in task mode (set by the labels) depends on the number of "
                    f"nodes: `c` and `d` are {NODES}"
                ),
                f"VIP mode cannot give 20%: {EACH}; 20% would take 5 services with this host",
            ],
        ),
        (
            HEAD + scaled_by_nodes("c") + scaled_by_nodes("d"),
            ["--want", "c=50%", "--nodes", "3"],
            0,
            [
                "`c` already gets 50%",
                MADE_BY_NODES,
                "`d` is global: it has one task per node and cannot be scaled",
                "task mode (set by the labels) can give 50% with 3 tasks of `c` and 3 tasks of `d`",
                f"VIP mode can give 50%: {EACH}",
            ],
        ),
        (
            HEAD + service("a", mode="vip") + scaled_by_nodes("c", mode="vip"),
            ["--want", "a=50%"],
            0,
            [
                "`a` already gets 50%",
                f"VIP mode (set by the labels) can give 50%: {EACH}",
                f"whether task mode can give 50% depends on the number of nodes: `c` is {NODES}",
            ],
        ),
    ],
)
def test_a_global_service_is_not_scaled(workspace, run, text, arguments, status, expected):
    workspace({"stack.yml": text})

    assert expected == wishes(run, "stack.yml", *arguments)
    assert status == run("routes", *arguments, "stack.yml")[0]


def test_a_share_that_the_nodes_nearly_give_is_not_called_impossible(workspace, run):
    workspace({"stack.yml": HEAD + service("a") + scaled_by_nodes("c")})
    asked = ["--want", "c=33.3", "--nodes", "3"]

    assert (
        "task mode (set by the labels) can come close to 33.3%: 33.33% with 6 tasks of `a`, plus "
        "3 tasks of `c`"
    ) in wishes(run, "stack.yml", *asked)
    assert 1 == run("routes", *asked, "stack.yml")[0]


def test_depending_on_the_nodes_differs_from_impossible(workspace, run):
    workspace({"stack.yml": THREE})
    _, out, err = run("routes", "--format", "json", "--want", "a=20%", "stack.yml")
    (reply,) = json.loads(out)["routes"][0]["replies"]

    assert (True, False) == (reply["task"]["depends_on_nodes"], reply["vip"]["depends_on_nodes"])
    assert reply["can"] is None
    assert (
        "stack.yml:2:3: not judged: whether `a` can get 20%: the number of nodes is not known; "
        "set it with --nodes N\n"
    ) == err


def test_not_all_of_many_services_are_named(workspace, run):
    names = [f"s{number}" for number in range(9)]
    workspace({"stack.yml": HEAD + "".join(service(name) for name in names)})
    (first, *_) = wishes(run, "stack.yml", "--want", "s0=10%")

    assert first.endswith("and 4 tasks of the others")


def test_services_with_the_same_name_get_an_answer_each(workspace, run):
    workspace({"a.yml": HEAD + service("web", tasks=2), "b.yml": HEAD + service("web")})
    data = json.loads(run("routes", "--format", "json", "--want", "web=50%", ".")[1])
    (route,) = data["routes"]
    first = route["replies"][1]["messages"][0]

    assert ["a.yml", "b.yml"] == [each["path"] for each in route["replies"]]
    assert "with 1 task of `web` in `b.yml` and 1 task of `web` in `a.yml`" in first


# -- Remarks -------------------------------------------------------------------------------------


def remarks(run, *arguments):
    data = json.loads(run("routes", "--format", "json", *arguments)[1])
    jsonschema.validate(data, SCHEMA)
    return {each["kind"] for route in data["routes"] for each in route["remarks"]}


def test_what_is_expected_needs_no_remark(workspace, run):
    workspace({"stack.yml": TASK})

    assert set() == remarks(run, "stack.yml")


@pytest.mark.parametrize(
    ("text", "arguments", "kind"),
    [
        (VIP, [], "share-is-not-tasks"),
        (TASK, ["--what-if", "vip"], "share-is-not-tasks"),
        (HEAD + service("a") + service("b", mode="vip"), [], "mixed-modes"),
        (HEAD + service("a") + service("b", tasks=0), [], "no-tasks"),
        (HEAD + service("a", tasks=0), [], "no-tasks"),
        (HEAD + service("a", tasks="${N}") + service("b"), [], "unknown"),
        (HEAD + service("a", tasks="${N}", mode="vip") + service("b", mode="vip"), [], "unknown"),
        (HEAD + service("a", mode="vipp") + service("b"), [], "unknown"),
        (HEAD + service("a", "${H}"), [], "unknown"),
        (HEAD + service("a", labels=["com.docker.lb.service_cluster: ${C}"]), [], "unknown"),
        (HEAD + service("a", "http://x"), [], "not-a-host"),
        (HEAD + service("a", labels=STICKY) + service("b"), [], "sticky-sessions"),
        (HEAD + service("a", labels=STICKY), ["--what-if", "vip"], "mode-impossible"),
        (HEAD + service("a", deploy=NO_VIRTUAL_IP), ["--what-if", "vip"], "mode-impossible"),
        (HEAD + service("a", labels=TLS) + service("b"), [], "not-divided"),
    ],
)
def test_remarks(workspace, run, text, arguments, kind):
    workspace({"stack.yml": text})

    assert kind in remarks(run, *arguments, "stack.yml")


GLOBAL = TASK.replace("      replicas: 4", "      mode: global")


@pytest.mark.parametrize(
    ("text", "arguments", "expected"),
    [
        (TASK, ["--tasks", "shop=9"], "--tasks sets `shop` to 9 tasks; the file says 4"),
        (TASK, ["--tasks", "shop=1"], "--tasks sets `shop` to 1 task; the file says 4"),
        (TASK, ["--tasks", "shop=0"], "--tasks sets `shop` to 0 tasks; the file says 4"),
        (
            TASK.replace("      replicas: 4\n", ""),
            ["--tasks", "shop=9"],
            "--tasks sets `shop` to 9 tasks; the file leaves the default of 1",
        ),
        (
            TASK.replace("4", "${N}"),
            ["--tasks", "shop=9"],
            "--tasks sets `shop` to 9 tasks; the file says `replicas: ${N}`",
        ),
        (
            GLOBAL,
            ["--nodes", "3"],
            "--nodes sets `shop` to 3 tasks; the file says `mode: global`",
        ),
        (
            GLOBAL,
            ["--nodes", "3", "--tasks", "shop=2"],
            "--tasks sets `shop` to 2 tasks; the file says `mode: global`",
        ),
    ],
)
def test_tasks_that_are_not_in_the_file_are_marked(workspace, run, text, arguments, expected):
    workspace({"stack.yml": text})
    data = json.loads(run("routes", "--format", "json", *arguments, "stack.yml")[1])
    jsonschema.validate(data, SCHEMA)
    first = data["routes"][0]["remarks"][0]

    assert {"kind": "assumed-tasks", "message": expected} == first
    shown = run("routes", *arguments, "stack.yml")[1]
    assert f"note: {expected}" in re.sub(r"\s+", " ", shown)
    assert f"\n- {expected}\n" in run("routes", "--format", "markdown", *arguments, "stack.yml")[1]


def test_tasks_that_are_not_in_a_stack_of_several_files_are_marked(workspace, run):
    workspace({"a.yml": TASK, "b.yml": TASK})
    out = run("routes", "--tasks", "shop=9", "-c", "a.yml", "-c", "b.yml")[1]

    assert "--tasks sets `shop` to 9 tasks; the files say 4" in out


def test_tasks_that_are_in_the_file_too_need_no_mark(workspace, run):
    workspace({"stack.yml": TASK})

    assert set() == remarks(run, "--tasks", "shop=4", "--nodes", "3", "stack.yml")


def test_a_custom_template_is_mentioned(workspace, run):
    config = "[Extensions.default]\nTemplate = 'x'\n"
    workspace({"stack.yml": TASK, "config.toml": config})

    assert {"own-template"} == remarks(run, "--proxy-config", "config.toml", "stack.yml")


@pytest.mark.parametrize("mode", ["replicated-job", "${M}"])
def test_a_mode_that_leaves_the_tasks_open_is_named(workspace, run, mode):
    text = TASK.replace("      replicas: 4", f"      mode: {mode}")
    workspace({"stack.yml": text})
    out = re.sub(r"\s+", " ", run("routes", "stack.yml")[1])

    assert f"n is not known: `shop` has `mode: {mode}`; set the number with `--tasks shop=N`" in out


def test_not_all_of_many_unknown_numbers_are_listed(workspace, run):
    names = [service(f"s{number}", tasks=f"${{N{number}}}") for number in range(5)]
    workspace({"stack.yml": HEAD + "".join(names)})

    assert re.search(r"^  s3 .* n4/all$", run("routes", "stack.yml")[1], re.MULTILINE)


def test_many_services_in_a_remark_are_counted(workspace, run):
    names = [service(f"s{number}", tasks=0) for number in range(9)]
    hosts = ",".join(f"http://h{number}" for number in range(9))
    workspace({"stack.yml": HEAD + "".join(names) + service("a") + service("b", hosts)})
    out = run("routes", "stack.yml")[1]

    assert "`s4` and 4 more have no tasks" in re.sub(r"\s+", " ", out)
    assert "and 4 more are not host names, so no request matches them" in re.sub(r"\s+", " ", out)


def test_services_with_labels_but_no_route_are_named(workspace, run):
    lost = "".join(
        f"  lost{number}:\n    deploy: {{labels: {{com.docker.lb.port: 80}}}}\n"
        for number in range(7)
    )
    workspace({"a.yml": TASK, "b.yml": HEAD + lost})
    out = re.sub(r"\s+", " ", run("routes", "a.yml", "b.yml")[1])

    assert "`lost3`, `lost4` in `b.yml` and 2 more have labels but no route" in out
    assert "lost" not in run("routes", "--host", "shop*", "a.yml", "b.yml")[1]


# -- Formats -------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [40, 60, 80, 100, 200])
def test_a_table_fits_the_terminal(run, monkeypatch, columns):
    monkeypatch.chdir(FOLDER)
    monkeypatch.setenv("COLUMNS", str(columns))
    out = run("routes", "--isolated", "--what-if", "vip", "--nodes", "3", "fleet.yml")[1]
    tables = [line for line in out.splitlines() if "#" in line]

    assert max(map(width, tables)) <= max(columns, 80)


def test_long_names_leave_room_for_the_bars(workspace, run):
    long = "a-very-long-name-of-a-service-" * 3
    deep = "/".join(["folder"] * 12)
    workspace({f"{deep}/a.yml": HEAD + service(long + "1"), "b.yml": HEAD + service(long + "2")})
    out = run("routes", "--what-if", "vip", f"{deep}/a.yml", "b.yml")[1]
    lines = [line for line in out.splitlines() if "###" in line]

    assert 2 == len(lines)
    assert all(len(line) <= 80 for line in lines)
    assert all(line.startswith("  ...") for line in lines)


def test_wide_characters_keep_the_columns(workspace, run):
    workspace({"日本語.yml": TASK, "b.yml": TASK})
    out = run("routes", "日本語.yml", "b.yml")[1]
    lines = [line for line in out.splitlines() if "#" in line]

    assert 4 == len(lines)
    assert 1 == len({width(line) for line in lines})
    assert 1 == len({width(line[: line.index("%")]) for line in lines})


def test_a_bar_is_empty_for_nothing_and_full_for_all(workspace, run):
    text = HEAD + service("a", tasks=1000) + service("b") + service("c", tasks=0)
    workspace({"stack.yml": text + service("d", "other")})
    bars = re.findall(r"%( [#.]+)$", run("routes", "stack.yml")[1], re.MULTILINE)

    assert ["#" * 20, "#" * 19 + ".", "#" + "." * 19, "." * 20] == [bar.strip() for bar in bars]


def test_color_only_on_request(workspace, run):
    workspace({"stack.yml": VIP})
    plain = run("routes", "stack.yml")[1]
    colored = run("routes", "--color", "always", "stack.yml")[1]

    assert "\x1b" not in plain
    assert plain == re.sub(r"\x1b\[\d+m", "", colored) != colored


def test_quiet_shows_only_the_tables(workspace, run):
    workspace({"stack.yml": TASK})
    out = run("routes", "-q", "stack.yml")[1]

    assert out.startswith("shop.example.com\n")
    assert 5 == len(out.strip().splitlines())
    assert not run("routes", "-q", "--format", "markdown", "stack.yml")[1].rstrip().endswith("file")


HOSTILE = '"\\e[2J\\a\\u202e\\x9b`|<b>\\"#{}]"'


@pytest.mark.parametrize("name", ["text", "json", "mermaid", "markdown", "html"])
def test_nothing_from_a_file_controls_the_terminal(workspace, run, name):
    text = (
        TASK.replace("'shop.example.com'", HOSTILE)
        .replace("'task'", HOSTILE)
        .replace("replicas: 4", f"replicas: {HOSTILE}")
    )
    workspace({"st\x1b[2Jack.yml": text})
    _, out, err = run("routes", "--format", name, "--what-if", "task", "st\x1b[2Jack.yml")

    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", out + err)


def test_markdown_escapes_names(workspace, run):
    workspace({"stack.yml": HEAD + service("a", "x`|<b>") + service("b", "*y*|z (w)")})
    out = run("routes", "--format", "markdown", "stack.yml")[1]

    assert "### `` x`|<b> ``" in out
    assert "### `*y*|z (w)`" in out
    assert "- `*y*|z (w)` is not a host name" in out
    assert "- `x'|<b>` is not a host name" in out


def test_markdown_shows_shares_in_a_table(workspace, run):
    workspace({"stack.yml": VIP})
    asked = ["--what-if", "task", "--want", "shop-v2=30%"]
    out = run("routes", "--format", "markdown", *asked, "stack.yml")[1]

    assert (
        "| service | stack | mode | tasks | servers | share | what if task |\n"
        "| --- | --- | --- | ---: | ---: | ---: | ---: |\n"
        "| `shop` | `stack.yml` | vip | 4 | 1 | **50%** | **80%** |\n"
        "| `shop-v2` | `stack.yml` | vip | 1 | 1 | **50%** | **20%** |\n"
        "\n"
        "- `shop-v2` has 1 of 5 tasks (20%) but gets 50% of the requests: VIP mode counts "
        "services, not tasks\n"
        "- 30% of the requests for `shop-v2`:\n"
        "  - task mode (set by --what-if) can give 30% with 3 tasks of `shop-v2` and 7 tasks of "
        "`shop`\n"
    ) in out


MERMAID = re.compile(
    r"flowchart LR\n"
    r'(  subgraph stack\d+ \["[^"\n]*"\]\n(    service\d+\["[^"\n]*"\]\n)+  end\n)*'
    r'(  route\d+\(\["[^"\n]*"\]\)\n(  route\d+ -\.?->\|"[^"\n]*"\| service\d+\n)+)*'
)


@pytest.mark.parametrize("hosts", ["shop.example.com", '"%%{x}%%;#"', "${H}", "a[b]{c}"])
def test_mermaid_is_a_flowchart(workspace, run, hosts):
    """The real parser accepts the statements used here; texts are quoted and escaped."""
    workspace({"stack.yml": HEAD + service("end", hosts, tasks=0) + service("graph", hosts)})
    out = run("routes", "--format", "mermaid", "stack.yml")[1]
    texts = re.findall(r'"([^"\n]*)"', out)

    assert MERMAID.fullmatch(out)
    assert not re.search(r"[<>;&`#]|%%", re.sub(r"<br/>|#\d+;", "", " ".join(texts)))


def test_mermaid_shows_each_service_once(workspace, run):
    workspace({"stack.yml": HEAD + service("a", "x,y", tasks=4) + service("b", "y")})
    out = run("routes", "--format", "mermaid", "stack.yml")[1]

    assert 2 == len(re.findall(r"^    service\d", out, re.MULTILINE))
    assert ["100%", "80%", "20%"] == re.findall(r'\|"(.*)"\|', out)


def test_mermaid_warns_about_too_many_arrows(workspace, run):
    text = HEAD + "".join(service(f"s{number}", f"h{number}") for number in range(501))
    workspace({"stack.yml": text})

    warning = (
        "warning: the diagram has 501 arrows, and Mermaid draws only 500; raise its `maxEdges`, "
        "or select fewer hosts with --host\n"
    )
    assert warning == run("routes", "--format", "mermaid", "stack.yml")[2]
    assert warning == run("routes", "--output", "mermaid=x.mmd", "stack.yml")[2]
    assert "" == run("routes", "stack.yml")[2]


def test_json_names_the_stack_if_known(workspace, run):
    workspace({"base.yml": TASK, "prod.yml": HEAD + "  shop:\n    image: i\n"})
    arguments = ["--stack-name", "store", "-c", "base.yml", "-c", "prod.yml"]
    data = json.loads(run("routes", "--format", "json", *arguments)[1])
    named = data["routes"][0]["services"][0]["stack"]

    assert {"name": "store", "files": ["base.yml", "prod.yml"]} == named
    assert "  stack store\n" in run("routes", *arguments)[1]


def test_several_outputs(workspace, run):
    folder = workspace({"stack.yml": TASK})
    run("routes", "--output", "json=a.json", "--output", "markdown=a.md", "stack.yml")

    assert 1 == json.loads((folder / "a.json").read_text())["summary"]["routes"]
    assert (folder / "a.md").read_text().startswith("### `shop.example.com`\n")


def test_long_lists_of_hosts_are_cut_but_not_in_json(workspace, run):
    hosts = ",".join(f"h{number}.example.com" for number in range(9))
    workspace({"stack.yml": HEAD + service("a", hosts)})

    assert "h2.example.com, 6 more hosts\n" in run("routes", "stack.yml")[1]
    assert "h4.example.com<br/>4 more hosts" in run("routes", "--format", "mermaid", "stack.yml")[1]
    (route,) = json.loads(run("routes", "--format", "json", "stack.yml")[1])["routes"]
    assert 9 == len(route["hosts"])


# -- Speed ---------------------------------------------------------------------------------------


def test_slow_modules_are_not_imported(workspace):
    """The rules do not run here, so they are not imported."""
    imported = imported_by(workspace({"stack.yml": TASK}), "routes", "-q", "stack.yml")

    assert imported.isdisjoint(
        {"docker", "jsonschema", "ruamel", "ruamel.yaml", "linter.rules", "difflib", "jinja2"}
    )


@pytest.mark.parametrize("name", ["text", "json", "mermaid", "markdown", "html"])
def test_the_order_of_files_changes_nothing(workspace, run, name):
    files = {f"{n}.yml": GOOD.replace("web", f"web{n}") for n in range(3)}
    workspace(files)
    words = ("routes", "--isolated", "--format", name)

    assert run(*words, *files) == run(*words, *reversed(files))
