"""The commands that change files, as a user runs them: fix, labels, migrate."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import docker_cli
import jsonschema
import pytest
from support import component, require_git, unwrapped

from linter import cli
from linter.commands.line import parse
from linter.model.vocabulary import load_schema

MODE = """\
services:
  web:
    image: example/web
    deploy:
      replicas: 2
      labels:
        com.docker.lb.hosts: app.example.com
        com.docker.lb.port: 8080
        com.docker.lb.backend_mode: {}
"""

SHOP = """\
services:
  shop:
    image: example/shop:1
    environment:
      PASSWORD: very-secret
    deploy:
      replicas: 4
      labels: &route
        com.docker.lb.hosts: shop.example.com
        com.docker.lb.port: "8080"
    networks: [front]
  shop-next:
    image: example/shop:2
    networks: [front]
    deploy:
      labels: *route
  cart:
    image: example/cart
    networks: [front]
    deploy:
      labels:
        com.docker.lb.hosts: cart.example.com
        com.docker.lb.port: "8080"
        com.docker.lb.ip_hash: "true"  # carts are kept in memory
  api:
    image: example/api
    networks: [front]
    deploy:
      labels:
        - com.docker.lb.hosts=api.example.com
        - com.docker.lb.port=8080
networks:
  front:
"""

PLAIN = SHOP.replace("  # carts are kept in memory", "")

MIGRATE = ("migrate", "--isolated", "--to")


def patched(before: str, patch: str, folder: Path) -> str:
    """The text after the real `patch` is applied."""
    component("patch", shutil.which("patch"), "there is no `patch` here")
    path = folder / "stack.yml"
    path.write_bytes(before.encode())
    subprocess.run(["patch", "-p1"], input=patch.encode(), cwd=folder, check=True)
    return path.read_bytes().decode()


def labels_of(path: Path, folder: Path) -> dict:
    """The labels that Docker would deploy."""
    docker_cli.require()
    return docker_cli.stack_config(folder, path.read_text(encoding="utf-8"))


class TestMigrate:
    """`migrate` switches what can be switched, and says why it leaves the rest."""

    def test_it_switches_services_that_share_no_requests(self, workspace, run):
        folder = workspace({"stack.yml": SHOP})
        status, out, err = run(*MIGRATE, "vip", "--write", "stack.yml")

        expected = SHOP.replace(
            "        - com.docker.lb.port=8080\n",
            "        - com.docker.lb.port=8080\n        - com.docker.lb.backend_mode=vip\n",
        )
        assert expected == (folder / "stack.yml").read_text()
        assert 1 == status, "others were refused"
        assert "--drop-sticky removes these labels" in out
        assert "--max-share-shift 30 allows it" in out
        assert "added 1 label to service api in 1 file; nothing else changed" in err

    def test_without_write_nothing_is_written_and_the_patch_does_the_same(
        self, workspace, run, tmp_path
    ):
        folder = workspace({"stack.yml": PLAIN})
        arguments = (*MIGRATE, "vip", "--drop-sticky", "--max-share-shift", "30", "stack.yml")
        status, out, _ = run(*arguments)

        assert 1 == status
        assert PLAIN == (folder / "stack.yml").read_text()
        assert 0 == run(*arguments, "--write")[0]
        assert (folder / "stack.yml").read_text() == patched(PLAIN, out, tmp_path)

    def test_it_shows_the_shares_before_and_after(self, workspace, run):
        workspace({"stack.yml": SHOP})
        _, out, _ = run(*MIGRATE, "vip", "--max-share-shift", "30", "stack.yml")

        assert re.search(r"shop +4 tasks +task -> vip +80% -> 50%", out)
        assert re.search(r"shop-next +1 task +task -> vip +20% -> 50%", out)
        assert "warning[canary-share]" in out

    def test_one_service_of_a_route_can_be_switched_alone(self, workspace, run):
        """Only the canary is switched: it gets its own label in addition to the anchor."""
        folder = workspace({"stack.yml": SHOP})
        _, out, _ = run(*MIGRATE, "vip", "--service", "shop-next", "--write", "stack.yml")

        assert (
            SHOP.replace(
                "      labels: *route\n",
                "      labels:\n        <<: *route\n        com.docker.lb.backend_mode: vip\n",
            )
            == (folder / "stack.yml").read_text()
        )
        assert re.search(r"shop +4 tasks +task +80% -> 80%", out)
        assert "warning[mixed-backend-modes]" in out

    def test_switching_back_restores_the_original_bytes(self, workspace, run):
        text = SHOP.replace("&route\n", "&route\n        com.docker.lb.backend_mode: task # ours\n")
        folder = workspace({"stack.yml": text})
        arguments = ("--service", "shop*", "--max-share-shift", "100", "--write", "stack.yml")

        assert 0 == run(*MIGRATE, "vip", *arguments)[0]
        assert text != (folder / "stack.yml").read_text()
        assert 0 == run(*MIGRATE, "task", *arguments)[0]
        assert text == (folder / "stack.yml").read_text()

    def test_services_already_in_the_mode_are_left_alone(self, workspace, run):
        workspace({"stack.yml": SHOP})
        status, out, err = run(*MIGRATE, "task", "stack.yml")

        assert 0 == status
        assert "already in task mode" in out
        assert "nothing to change" in err

    def test_a_sticky_label_is_dropped_on_request_and_its_comment_stays(self, workspace, run):
        folder = workspace({"stack.yml": SHOP})
        run(*MIGRATE, "vip", "--host", "cart.*", "--drop-sticky", "--write", "stack.yml")

        assert (
            SHOP.replace(
                '        com.docker.lb.ip_hash: "true"  # carts are kept in memory\n',
                '        # carts are kept in memory\n        com.docker.lb.backend_mode: "vip"\n',
            ).replace('"vip"', "vip")
            == (folder / "stack.yml").read_text()
        )

    @pytest.mark.parametrize(
        ("old", "new", "options", "reason"),
        [
            (
                "replicas: 4",
                "replicas: ${N}",
                ["--service", "shop*"],
                "the number of tasks of `shop`",
            ),
            ("replicas: 4", "mode: global", ["--service", "shop*"], "--nodes N"),
            ("replicas: 4", "endpoint_mode: dnsrr", [], "it has no virtual IP"),
            ("replicas: 4", "endpoint_mode: $E", [], "it may not have a virtual IP"),
            (
                "replicas: 4",
                "replicas: 4",
                ["--target", "ucp-3.1.1"],
                "ucp-3.1.1 does not support VIP mode",
            ),
            ('port: "8080"', 'port: "8080"\n        com.docker.lb.backend_mode: $M', [], "`${M}`"),
            ("hosts: shop.example.com", "host: x", [], "no requests are routed to it"),
        ],
    )
    def test_it_leaves_services_that_would_break(self, workspace, run, old, new, options, reason):
        text = SHOP.replace(old, new)
        folder = workspace({"stack.yml": text})
        select = options if "--service" in options else [*options, "--service", "shop"]
        _, out, _ = run(*MIGRATE, "vip", *select, "--write", "stack.yml")

        assert reason in " ".join(out.split())
        assert text == (folder / "stack.yml").read_text()

    @pytest.mark.parametrize("mode", ["VIP", "Vip", "default", "tasks", ""])
    @pytest.mark.parametrize("to", ["task", "vip"])
    def test_a_value_that_is_not_a_mode_is_set(self, workspace, run, mode, to):
        folder = workspace({"stack.yml": MODE.format(f"'{mode}'")})
        status = run("migrate", "--to", to, "--write", "stack.yml")[0]
        kept = to == "task" and not mode  # empty is like absent: task mode

        assert 0 == status
        assert MODE.format("''" if kept else f"'{to}'") == (folder / "stack.yml").read_text()

    def test_nobody_is_asked_for_tasks_where_only_a_mode_is_not_known(self, workspace, run):
        other = MODE.format("$MODE").removeprefix("services:\n").replace("web", "other")
        workspace({"stack.yml": MODE.format("task") + other})
        _, out, _ = run("migrate", "--to", "vip", "--service", "web", "stack.yml")

        assert "they depend on the mode of `other`" in " ".join(out.split())
        assert "--tasks" not in out

    def test_sources_that_disagree_about_a_version_are_a_warning(self, workspace, run):
        workspace({"stack.yml": MODE.format("task")})
        _, out, err = run("migrate", "--to", "vip", "--target", "ucp-3.0.5", "stack.yml")

        assert "+        com.docker.lb.backend_mode: vip" in out
        assert "mode-unsupported-by-target" in out + err

    def test_unknown_tasks_can_be_set_with_an_option(self, workspace, run):
        workspace({"stack.yml": SHOP.replace("replicas: 4", "replicas: ${N}")})
        _, out, _ = run(*MIGRATE, "vip", "--tasks", "shop=1", "--service", "shop*", "stack.yml")

        assert re.search(r"50% -> 50%", out)

    def test_a_service_that_cannot_be_rewritten_is_refused(self, workspace, run):
        text = SHOP.replace("labels: *route", "labels: &same *route").replace("&same ", "")
        text = text.replace("  shop:\n", "  shop: &shop\n").replace(
            "  shop-next:\n    image: example/shop:2\n    networks: [front]\n    deploy:\n"
            "      labels: *route\n",
            "  shop-next:\n    <<: *shop\n    image: example/shop:2\n",
        )
        folder = workspace({"stack.yml": text})
        select = ("--service", "shop-next", "--max-share-shift", "100")
        status, out, _ = run(*MIGRATE, "vip", *select, "--write", "stack.yml")

        assert 1 == status
        assert "its whole `deploy` comes from a merge" in " ".join(out.split())
        assert text == (folder / "stack.yml").read_text()

    def test_in_several_files_the_one_that_sets_the_mode_is_changed(self, workspace, run):
        start = "services:\n  web:\n    image: i\n    deploy:\n      labels:\n"
        base = f"{start}        com.docker.lb.hosts: a.example.com\n"
        top = f"{start}        com.docker.lb.backend_mode: task\n"
        folder = workspace({"base.yml": base, "top.yml": top})
        run(*MIGRATE, "vip", "-c", "base.yml", "-c", "top.yml", "--write")

        assert base == (folder / "base.yml").read_text()
        assert top.replace("task", "vip") == (folder / "top.yml").read_text()

    def test_docker_reads_exactly_the_declared_labels(self, workspace, run, tmp_path):
        folder = workspace({"stack.yml": SHOP})
        before = labels_of(folder / "stack.yml", tmp_path)
        run(*MIGRATE, "vip", "--max-share-shift", "30", "--drop-sticky", "--write", "stack.yml")

        after = labels_of(folder / "stack.yml", tmp_path)
        for labels in before.values():
            labels["com.docker.lb.backend_mode"] = "vip"
            labels.pop("com.docker.lb.ip_hash", None)
        assert before == after

    @pytest.mark.parametrize("text", ["-1", "101", "x", "1e3", ""])
    def test_a_shift_is_a_percentage(self, workspace, run, text):
        workspace({"stack.yml": SHOP})
        status, _, err = run(*MIGRATE, "vip", f"--max-share-shift={text}", "stack.yml")

        assert 2 == status
        assert "from 0 to 100" in err

    def test_a_glob_without_a_match_is_an_error(self, workspace, run):
        workspace({"stack.yml": SHOP})
        status, _, err = run(*MIGRATE, "vip", "--service", "shpo", "stack.yml")

        assert 2 == status
        assert "did you mean `shop`?" in err


CANARY = """\
services:
  shop: &shop
    image: example/shop
    networks: [front]
    deploy:
      replicas: 4
      labels:
        com.docker.lb.hosts: shop.example.com
        com.docker.lb.port: 8080
  shop-next:
    image: example/shop
    networks: [front]
    deploy:
      labels:
        com.docker.lb.hosts: shop.example.com
        com.docker.lb.port: 8080
networks:
  front: {name: front}
"""


@pytest.mark.parametrize(
    ("tasks", "shares", "rules"),
    [
        ("1", "20% -> 50%", ["canary-share"]),
        ("4", "50% -> 50%", []),
        ("2", "33.3% -> 50%", ["canary-share"]),
    ],
)
def test_shares_and_new_findings_are_about_the_same_numbers(workspace, run, tasks, shares, rules):
    workspace({"stack.yml": CANARY})
    words = ("--to", "vip", "--max-share-shift", "100", "--tasks", f"shop-next={tasks}")
    _, text, _ = run("migrate", "--isolated", *words, "stack.yml")
    _, out, _ = run("migrate", "--isolated", *words, "--format", "json", "stack.yml")

    assert shares in text
    assert rules == [each["rule"] for each in json.loads(out)["findings"]]


class TestLabels:
    """`labels` lists, prints, sets and removes labels."""

    def test_it_lists_labels_and_where_they_are(self, workspace, run):
        workspace({"stack.yml": SHOP})
        status, out, _ = run("labels", "list", "--isolated", "stack.yml", "shop-next")

        assert 0 == status
        assert (
            "shop-next  stack.yml:12\n"
            "  hosts  shop.example.com  stack.yml:9 via `*route`\n"
            "  port   8080              stack.yml:10 via `*route`\n"
        ) == out

    def test_it_names_the_files_it_reads(self, workspace, run):
        workspace({"stack.yml": SHOP})

        _, _, err = run("labels", "list", "-v", "--isolated", "stack.yml")

        assert "configuration: none\nreading stack.yml\n" == err

    def test_it_prints_a_single_value_alone(self, workspace, run):
        workspace({"stack.yml": SHOP})

        assert (0, "8080\n", "") == run("labels", "get", "--isolated", "stack.yml", "api", "port")

    @pytest.mark.parametrize(
        ("source", "glob", "services"),
        [
            ("stack.yml", "shop*", ("shop", "shop-next")),
            ("stack.yml", "shop-*", ("shop-next",)),
            (".", "api", ("api",)),
        ],
    )
    def test_with_a_glob_or_a_folder_it_prints_where_each_value_is(
        self, workspace, run, source, glob, services
    ):
        """However many there are, so that other programs can read it."""
        workspace({"stack.yml": SHOP})
        _, out, _ = run("labels", "get", "--isolated", source, glob, "port")
        path = os.path.normpath("stack.yml")

        assert "".join(f"{path}\t{each}\t8080\n" for each in services) == out.replace("./", "")

    def test_a_missing_label_gives_status_1(self, workspace, run):
        workspace({"stack.yml": SHOP})
        status, out, err = run("labels", "get", "--isolated", "stack.yml", "api", "network")

        assert (1, "") == (status, out)
        assert "no label `com.docker.lb.network` in service `api`" in err

    def test_so_does_a_missing_label_of_your_own_template(self, workspace, run):
        workspace(
            {
                "stack.yml": SHOP,
                ".interlock-lint.yaml": "extra-labels: [com.docker.lb.x_trace]",
            }
        )

        assert 1 == run("labels", "get", "stack.yml", "api", "x_trace")[0]
        assert 2 == run("labels", "get", "stack.yml", "api", "x_space")[0]

    def test_several_services_can_be_named(self, workspace, run):
        folder = workspace({"stack.yml": SHOP})
        status, _, err = run(
            *("labels", "set", "--isolated", "--write", "stack.yml"), "api", "car*", "port=81"
        )

        assert (0, "changed 2 labels of services cart and api") == (status, err[:41])
        text = (folder / "stack.yml").read_text()

        assert (1, 1) == (text.count('port: "81"'), text.count("port=81"))

    def test_several_labels_of_several_services_are_set_at_once(self, workspace, run):
        folder = workspace({"stack.yml": SHOP})
        status, _, err = run(
            "labels", "set", "--isolated", "--write", "stack.yml", "shop*", "port=9090",
            "context_root=/a", "com.example.team=shop & co",
        )  # fmt: skip

        assert 0 == status
        assert (
            SHOP.replace(
                'com.docker.lb.port: "8080"\n    networks',
                'com.docker.lb.port: "9090"\n        com.docker.lb.context_root: /a\n'
                "        com.example.team: shop & co\n    networks",
            )
            == (folder / "stack.yml").read_text()
        )
        assert (
            "added 4 labels to services shop and shop-next and changed 2 labels of services shop "
            "and shop-next in 1 file; nothing else changed\n"
        ) == err

    def test_an_invalid_value_is_refused_with_the_finding(self, workspace, run):
        folder = workspace({"stack.yml": SHOP})
        arguments = ("labels", "set", "--isolated", "--write", "stack.yml", "api", "port=80800")
        status, out, err = run(*arguments)

        assert 1 == status
        assert "error[invalid-value]" in out
        assert "nothing changed; 1 refused" in err
        assert SHOP == (folder / "stack.yml").read_text()
        assert 0 == run(*arguments, "--force")[0]
        assert SHOP.replace("=8080", "=80800") == (folder / "stack.yml").read_text()

    def test_replacing_one_wrong_value_with_another_is_refused(self, workspace, run):
        folder = workspace({"stack.yml": SHOP.replace("=8080", "=abc")})
        arguments = ("labels", "set", "--isolated", "--write", "stack.yml", "api")
        status, out, _ = run(*arguments, "port=80800")

        assert 1 == status
        assert "error[invalid-value] invalid value `80800` for `com.docker.lb.port`" in out
        assert 0 == run(*arguments, "port=8080")[0]
        assert SHOP == (folder / "stack.yml").read_text()

    def test_rules_about_several_labels_apply_too(self, workspace, run):
        workspace({"stack.yml": SHOP})
        status, out, _ = run("labels", "set", "--isolated", "stack.yml", "cart", "backend_mode=vip")

        assert 1 == status
        assert "error[sticky-session-in-vip-mode]" in out

    def test_services_with_one_name_in_two_stacks_are_separate(self, workspace, run):
        text = "services: {web: {image: i, deploy: {labels: {com.docker.lb.hosts: H"
        good = text.replace("H", "a.b, com.docker.lb.port: '1'}}}}\n")
        sticky = good.replace("'1'", "'1', com.docker.lb.ip_hash: 'true'")
        folder = workspace({"stack.yml": good, "compose.yml": sticky.replace("a.b", "c.d")})
        status, out, _ = run(
            "labels", "set", "--isolated", "--write", ".", "web", "backend_mode=vip"
        )

        assert 1 == status
        assert "web, compose.yml:1" in out
        assert "web, stack.yml:1" not in out
        assert "backend_mode: vip" in (folder / "stack.yml").read_text()

    def test_services_without_findings_are_changed_too(self, workspace, run):
        folder = workspace({"stack.yml": SHOP})
        run("labels", "set", "--isolated", "--write", "stack.yml", "[ac]*", "backend_mode=vip")
        text = (folder / "stack.yml").read_text()

        assert "- com.docker.lb.backend_mode=vip" in text
        assert "com.docker.lb.backend_mode: vip" not in text

    def test_a_shared_label_is_refused_with_a_patch_for_all(self, workspace, run, tmp_path):
        workspace({"stack.yml": SHOP})
        status, out, _ = run("labels", "set", "--isolated", "stack.yml", "shop", "port=9090")

        assert 1 == status
        assert "it is shared with `shop-next`" in out
        lines = out.partition("too:\n")[2].splitlines()
        patch = "".join(line.removeprefix("      | ") + "\n" for line in lines)
        assert SHOP.replace('port: "8080"\n    net', 'port: "9090"\n    net') == patched(
            SHOP, patch, tmp_path
        )

    def test_patch_does_not_apply_refused_changes(self, workspace, run, tmp_path):
        """`patch` also accepts indented patches, so the whole output can be piped to it."""
        workspace({"stack.yml": SHOP})
        _, out, _ = run("labels", "set", "--isolated", "stack.yml", "*[pi]", "port=9090")

        assert "by hand to change `shop-next` too" in out
        assert SHOP.replace("=8080", "=9090") == patched(SHOP, out, tmp_path)

    @pytest.mark.parametrize("program", [["patch", "-p1"], ["git", "apply"]], ids=lambda it: it[0])
    @pytest.mark.parametrize(
        "name",
        ["a b.yml", "b\n+++ b/c.yml", "t\tb.yml", 'q"\\1.yml', "é.yml", b"\xff.yml", " a b .yml"],
    )
    def test_the_patch_works_for_a_file_with_any_name(self, workspace, run, name, program):
        component(program[0], shutil.which(program[0]), f"there is no `{program[0]}` here")
        path = workspace({}) / os.fsdecode(name)
        try:
            path.parent.mkdir(exist_ok=True)
            path.write_text(SHOP)
        except OSError as error:
            pytest.skip(f"no file can have this name here: {error}")
        name = os.fsdecode(name)
        _, out, _ = run("labels", "set", "--isolated", name, "api", "port=9090")
        subprocess.run(program, input=out.encode(), check=True)

        assert SHOP.replace("=8080", "=9090") == path.read_text()

    def test_the_patch_keeps_the_byte_order_mark(self, workspace, run, tmp_path):
        text = "\ufeffservices: {web: {image: i, deploy: {labels: {a.b: c}}}}\n"
        workspace({"stack.yml": text})
        _, out, _ = run("labels", "set", "--isolated", "stack.yml", "web", "a.b=d")

        assert text.replace("a.b: c", "a.b: d") == patched(text, out, tmp_path)

    def test_it_removes_the_whole_line(self, workspace, run):
        folder = workspace({"stack.yml": SHOP})
        run("labels", "unset", "--isolated", "--write", "stack.yml", "api", "port", "hosts")

        assert (
            SHOP.replace(
                "    deploy:\n      labels:\n        - com.docker.lb.hosts=api.example.com\n"
                "        - com.docker.lb.port=8080\n",
                "",
            )
            == (folder / "stack.yml").read_text()
        )

    def test_it_changes_services_separated_by_commas(self, workspace, run):
        folder = workspace({"stack.yml": SHOP})
        change = ("--isolated", "--write", "--force", "stack.yml", "api,car*")
        run("labels", "set", *change, "com.example.x=1")
        assert 2 == (folder / "stack.yml").read_text().count("com.example.x")
        run("labels", "unset", *change, "com.example.x")
        assert SHOP == (folder / "stack.yml").read_text()

    def test_a_misspelt_label_can_be_removed(self, workspace, run):
        folder = workspace({"stack.yml": SHOP.replace("lb.ip_hash", "lb.ip_hahs")})
        status, _, _ = run(
            "labels", "unset", "--isolated", "--write", "stack.yml", "cart", "ip_hahs"
        )

        assert 0 == status
        assert "ip_hahs" not in (folder / "stack.yml").read_text()

    @pytest.mark.parametrize(
        ("words", "reason"),
        [
            (["set"], "expected SOURCE"),
            (["set", "stack.yml"], "expected SERVICE and NAME=VALUE"),
            (["set", "stack.yml", "api"], "expected SERVICE and NAME=VALUE"),
            (["set", "stack.yml", "api", "port"], "expected SERVICE and NAME=VALUE"),
            (["set", "stack.yml", "port=1", "api"], "`api`: expected NAME=VALUE"),
            (["set", "stack.yml", "api", "prot=1"], "did you mean `port`?"),
            (["set", "stack.yml", "api", "port=$"], "must be written as `$$`"),
            (["set", "stack.yml", "api", "port=a\nb"], "control characters"),
            (["set", "stack.yml", "apo", "port=1"], "did you mean `api`?"),
            (["set", "stack.yml", "api", "port=1", "port=2"], "is set twice"),
            (["unset", "stack.yml", "api"], "expected SERVICE and NAME"),
            (["unset", "stack.yml", "api", "prot"], "did you mean `port`?"),
            (["unset", "stack.yml", "api", "cart", "port"], "write several as `api,cart`"),
            (["get", "stack.yml", "api"], "expected SERVICE and NAME"),
            (["get", "stack.yml", "api", "prot"], "did you mean `port`?"),
        ],
    )
    def test_usage_errors(self, workspace, run, words, reason):
        workspace({"stack.yml": SHOP})
        action, *rest = words
        status, _, err = run("labels", action, "--isolated", *rest)

        assert 2 == status
        assert reason in err

    def test_docker_reads_unusual_values_as_given(self, workspace, run, tmp_path):
        folder = workspace({"stack.yml": SHOP})
        words = "true 010 1.50 ~ 'q' \"q\" [x] 2001-01-01 *a é日 {} - a=b \\n null 0x10 no << a,b %"
        values = [*words.split(), "", "a: b", "a #b"]
        pairs = [f"com.example.v{number}={value}" for number, value in enumerate(values)]
        arguments = ("labels", "set", "--isolated", "--write", "stack.yml", "[ac]*", "--force")

        assert (0, "") == (run(*arguments, *pairs)[0], run(*arguments, *pairs)[1])
        for service in ("cart", "api"):
            labels = labels_of(folder / "stack.yml", tmp_path)[service]
            for number, value in enumerate(values):
                assert value == labels[f"com.example.v{number}"]


class TestFix:
    """`fix` applies fixes, and only safe ones by default."""

    BAD = SHOP.replace("=8080", "=8080\n        - com.docker.lb.ssl_passthrough: true").replace(
        '"true"  #', "true  #"
    )

    def test_it_applies_safe_fixes(self, workspace, run):
        folder = workspace({"stack.yml": self.BAD})
        status, out, err = run("fix", "--isolated", "--write", "stack.yml")

        assert 0 == status
        assert (
            SHOP.replace("=8080\n", "=8080\n        - com.docker.lb.ssl_passthrough=true\n")
            == (folder / "stack.yml").read_text()
        )
        assert "error[unquoted-boolean]" in out
        assert "fixed 2 findings in 1 file" in err
        assert "in 1 file\n" in err

    def test_fixes_that_change_routing_need_unsafe(self, workspace, run):
        text = SHOP.replace("lb.port=", "lb.prot=")
        folder = workspace({"stack.yml": text})

        assert 0 == run("fix", "--isolated", "--write", "stack.yml")[0]
        assert text == (folder / "stack.yml").read_text()
        assert 0 == run("fix", "--isolated", "--write", "--unsafe", "stack.yml")[0]
        assert SHOP == (folder / "stack.yml").read_text()

    def test_findings_of_several_stacks_in_one_file_are_fixed_once_each(self, workspace, run):
        service = (
            "  {0}:\n    image: i\n    deploy:\n      labels:\n"
            "        com.docker.lb.hosts: {0}.example.com\n        com.docker.lb.port: 80\n"
            '        com.docker.lb.ip_hash: "true"\n'
        )
        vip = (
            "services:\n  {0}:\n    deploy:\n      labels:\n"
            "        com.docker.lb.backend_mode: vip\n"
        )
        base = "services:\n" + service.format("web") + service.format("api")
        folder = workspace(
            {
                ".interlock-lint.yaml": "stacks: [{name: one, files: [base.yml, one.yml]}, "
                "{name: two, files: [base.yml, two.yml]}]",
                "base.yml": base,
                "one.yml": vip.format("web"),
                "two.yml": vip.format("api"),
            }
        )
        select = ("--select", "sticky-session-in-vip-mode")
        _, _, err = run("fix", "--unsafe", "--write", *select, ".")

        assert "fixed 2 findings in 1 file" in err
        assert (
            base.replace('        com.docker.lb.ip_hash: "true"\n', "")
            == (folder / "base.yml").read_text()
        )

    def test_a_second_run_changes_nothing(self, workspace, run):
        folder = workspace({"stack.yml": self.BAD})
        run("fix", "--isolated", "--write", "--unsafe", "stack.yml")
        once = (folder / "stack.yml").read_bytes()
        status, out, err = run("fix", "--isolated", "--write", "--unsafe", "stack.yml")

        assert (0, "") == (status, out)
        assert "nothing to change" in err
        assert once == (folder / "stack.yml").read_bytes()

    @pytest.mark.parametrize(("options", "words"), [([], "would change"), (["--write"], "changed")])
    def test_of_a_file_that_cannot_be_read_nothing_is_known(self, run, options, words):
        status, out, err = run("fix", "--isolated", *options, "missing.yml")

        assert (3, "") == (status, out)
        assert f"nothing {words}; 1 not judged" == err.splitlines()[-1]

    def test_check_shows_nothing_and_changes_nothing(self, workspace, run):
        folder = workspace({"stack.yml": self.BAD})
        status, out, err = run("fix", "--isolated", "--check", "stack.yml")

        assert (1, "") == (status, out)
        assert "stack.yml" in err
        assert self.BAD == (folder / "stack.yml").read_text()

    def test_check_shows_another_format_that_is_asked_for(self, workspace, run):
        workspace({"stack.yml": self.BAD})
        status, out, err = run("fix", "--isolated", "--check", "--format", "json", "stack.yml")

        assert 1 == status
        assert 1 == json.loads(out)["summary"]["files"]
        assert "would change stack.yml" not in err

    def test_check_does_not_write(self, workspace, run):
        folder = workspace({"stack.yml": self.BAD})
        status, out, err = run("fix", "--isolated", "--check", "--write", "stack.yml")

        assert (2, "") == (status, out)
        assert "--check cannot be used with --write" in err
        assert self.BAD == (folder / "stack.yml").read_text()

    def test_only_selected_rules_are_fixed(self, workspace, run):
        folder = workspace({"stack.yml": self.BAD})
        run("fix", "--isolated", "--select", "unquoted-boolean", "--write", "stack.yml")

        assert self.BAD.replace("true  #", '"true"  #') == (folder / "stack.yml").read_text()

    def test_an_ignored_finding_is_not_fixed(self, workspace, run):
        text = self.BAD.replace(
            "in memory", "in memory  # interlock-lint: ignore[unquoted-boolean]"
        )
        folder = workspace({"stack.yml": text})
        run("fix", "--isolated", "--write", "stack.yml")

        assert "ip_hash: true  #" in (folder / "stack.yml").read_text()


EVERY_COMMAND = [
    ("migrate", ["--to", "vip", "--drop-sticky", "--max-share-shift", "100"], ["stack.yml"]),
    ("labels", ["set"], ["stack.yml", "api", "context_root=/x"]),
    ("labels", ["unset"], ["stack.yml", "cart", "com.docker.lb.IP_hash"]),
    ("fix", ["--unsafe"], ["stack.yml"]),
]
every_command = pytest.mark.parametrize(
    ("command", "options", "words"), EVERY_COMMAND, ids=lambda value: str(value)[:20]
)
GOOD = """\
services:
  api:
    image: i
    deploy:
      labels: {com.docker.lb.hosts: a.b, com.docker.lb.port: "1", com.docker.lb.context_root: /x,
        com.docker.lb.backend_mode: vip}
"""
SPOILT = SHOP.replace(
    'port: "8080"\n        com.docker.lb.ip', "port: 8080\n        com.docker.lb.IP"
)


HIDDEN = """\
services:
  one:
    image: i
    command: serve --password hidden
  two:
    image: i
    deploy:
      labels:
        - traefik.http.middlewares.auth.basicauth.users=hidden
        - com.docker.lb.hosts=a.example.com
        - traefik.rule=hidden
    command: serve --password hidden
  three:
    image: i
    environment: {PASSWORD: hidden}
  four: {image: i, environment: {PASSWORD: hidden}}
  six:
    image: i
    networks: [front]  # hidden
    deploy:
      labels:
        com.docker.lb.hosts: c.example.com  # hidden
        com.docker.lb.network: front
networks: {front: {}}  # hidden
"""


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"], ids=["", "BOM"])
@pytest.mark.parametrize("service", ["one", "two", "three", "six", "[ost]*"])
class TestPatches:
    """A patch shows nothing that may be secret, and applies in the right place or not at all."""

    def texts(self, workspace, run, bom, service):
        """The patch, and the text it should produce."""
        folder = workspace({"stack.yml": bom + HIDDEN.encode()})
        pairs = ("context_root=/x", "port=1")
        arguments = ("--isolated", "--force", "stack.yml", service, *pairs)
        patch = run("labels", "set", *arguments)[1]
        run("labels", "set", "--write", *arguments)
        after = (folder / "stack.yml").read_bytes()
        (folder / "stack.yml").write_bytes(bom + HIDDEN.encode())
        return folder, patch.encode(), after

    def test_no_secret_is_shown(self, workspace, run, bom, service):
        _, patch, _ = self.texts(workspace, run, bom, service)

        assert b"hidden" not in patch

    def test_a_note_warns_if_git_would_apply_it_elsewhere(self, workspace, run, bom, service):
        workspace({"stack.yml": bom + HIDDEN.encode()})
        arguments = ("--isolated", "--force", "stack.yml", service, "port=1")
        err = run("labels", "set", *arguments)[2]

        assert ("`git apply --unidiff-zero`" in err) is (service != "one")

    @pytest.mark.slow
    def test_patch_applies_it(self, workspace, run, bom, service):
        component("patch", shutil.which("patch"), "there is no `patch` here")
        folder, patch, after = self.texts(workspace, run, bom, service)
        subprocess.run(["patch", "-p1", "--fuzz=1"], input=patch, cwd=folder, check=True)

        assert after == (folder / "stack.yml").read_bytes()

    @pytest.mark.slow
    def test_git_applies_it_correctly_or_refuses(self, workspace, run, bom, service):
        require_git()
        folder, patch, after = self.texts(workspace, run, bom, service)
        if service != "three":  # it would be added to the end of the file
            result = subprocess.run(["git", "apply"], input=patch, cwd=folder, capture_output=True)
            found = (folder / "stack.yml").read_bytes()

            assert (after if result.returncode == 0 else bom + HIDDEN.encode()) == found
        (folder / "stack.yml").write_bytes(bom + HIDDEN.encode())
        subprocess.run(["git", "apply", "--unidiff-zero"], input=patch, cwd=folder, check=True)
        assert after == (folder / "stack.yml").read_bytes()


FLOW = """\
services:
  web: {environment: {PASSWORD: hidden}, deploy: {labels: {com.docker.lb.port: 80, a: hidden}}}
  one: {image: i, deploy: {labels: &l {com.docker.lb.hosts: a.example.com, a: hidden}}}
  two: {image: i, deploy: {labels: *l}}
"""


class TestWithheldPatches:
    """A file whose changed lines contain more than labels has no patch, but is written."""

    def test_the_change_is_shown_without_the_rest(self, workspace, run):
        workspace({"stack.yml": FLOW})
        status, out, err = run(
            "labels", "set", "--isolated", "--force", "stack.yml", "web", "port=81"
        )

        assert 1 == status
        assert (
            "would change in stack.yml\n"
            "    | -  web: {environment: {…}, deploy: {labels: {com.docker.lb.port: 80, a: …}}}\n"
            "    | +  web: {environment: {…}, deploy: {labels: {com.docker.lb.port: 81, a: …}}}\n"
        ) in out
        assert "--- a/" not in out
        assert (
            "note: stack.yml: no patch is printed, because line 2 contains text that may be "
            "secret; run with --write to apply the change\n"
        ) in err

    def test_the_edits_are_there(self, workspace, run):
        folder = workspace({"stack.yml": FLOW})
        arguments = ("labels", "set", "--isolated", "--force", "stack.yml", "web", "port=81")
        data = json.loads(run(*arguments, "--format", "json")[1])
        [file] = data["files"]
        [edit] = file["edits"]
        jsonschema.validate(data, load_schema("changes"))

        assert "" == data["diff"]
        assert "line 2 contains text that may be secret" == file["withheld"]
        assert "81" == edit["text"]
        assert 1 == run(*arguments)[0]
        assert 0 == run(*arguments, "--write")[0]
        assert (
            FLOW[: edit["start"]] + "81" + FLOW[edit["end"] :] == (folder / "stack.yml").read_text()
        )

    def test_but_not_those_that_would_copy_something_hidden(self, workspace, run):
        """A service that shares a list gets a copy of it."""
        text = FLOW.replace("{com.docker.lb.hosts: a.example.com, a: hidden}", "[c.d=e, a=hidden]")
        folder = workspace({"stack.yml": text})
        arguments = ("labels", "set", "--isolated", "--force", "stack.yml", "two", "port=81")
        data = json.loads(run(*arguments, "--format", "json")[1])
        jsonschema.validate(data, load_schema("changes"))
        run(*arguments, "--write")

        assert [] == data["files"][0]["edits"]
        assert data["files"][0]["withheld"]
        assert (
            "two: {image: i, deploy: {labels: [c.d=e, a=hidden,"
            in (folder / "stack.yml").read_text()
        )

    def test_a_change_to_apply_by_hand_is_shown_without_the_rest(self, workspace, run):
        workspace({"stack.yml": FLOW})
        arguments = ("labels", "set", "--isolated", "--force", "stack.yml", "one", "hosts=b.c")
        _, out, _ = run(*arguments)
        data = json.loads(run(*arguments, "--format", "json")[1])

        assert "hidden" not in out
        assert "      | -  one: {image: i, deploy: {labels: &l {com.docker.lb.hosts: a." in out
        assert "" == data["kept"][0]["instead"]

    def test_a_patch_of_another_file_is_printed(self, workspace, run):
        workspace({"a.stack.yml": FLOW, "b.stack.yml": PLAIN.replace("shop:", "web:")})
        _, out, err = run("labels", "set", "--isolated", "--force", ".", "web", "context_root=/x")

        assert "--- a/b.stack.yml" in out
        assert "--- a/a.stack.yml" not in out
        assert "a.stack.yml: no patch is printed" in err


@every_command
class TestEveryCommand:
    """What all commands that change files have in common."""

    def test_json_matches_its_schema(self, workspace, run, command, options, words):
        workspace({"stack.yml": SPOILT})
        status, out, _ = run(command, *options, "--isolated", "--format", "json", *words)
        schema = load_schema("changes")

        assert 1 == status
        jsonschema.validate(json.loads(out), schema)
        assert json.loads(out)["files"]

    def test_its_edits_produce_what_is_written(self, workspace, run, command, options, words):
        folder = workspace({"stack.yml": SPOILT})
        data = json.loads(run(command, *options, "--isolated", "--format", "json", *words)[1])
        run(command, *options, "--isolated", "--write", *words)
        text, end, pieces = SPOILT, 0, []
        for edit in sorted(data["files"][0]["edits"], key=lambda each: each["start"]):
            pieces += (text[end : edit["start"]], edit["text"])
            end = edit["end"]

        assert "".join((*pieces, text[end:])) == (folder / "stack.yml").read_text()

    def test_git_applies_the_patch(self, workspace, run, command, options, words):
        require_git()
        plain = SPOILT.replace("  # carts are kept in memory", "")
        folder = workspace({"stack.yml": plain})
        patch = run(command, *options, "--isolated", *words)[1]
        apply = ["git", "apply", "--unidiff-zero"]
        subprocess.run(apply, input=patch.encode(), cwd=folder, check=True)
        applied = (folder / "stack.yml").read_text()
        (folder / "stack.yml").write_text(plain)
        run(command, *options, "--isolated", "--write", *words)

        assert applied == (folder / "stack.yml").read_text()

    def test_no_password_is_shown(self, workspace, run, command, options, words):
        workspace({"stack.yml": SPOILT})
        for form in ("text", "json"):
            status, out, err = run(command, *options, "--isolated", "--format", form, *words)

            assert 1 == status
            assert "very-secret" not in out + err

    def test_standard_input_is_printed_with_the_change(
        self, workspace, run, monkeypatch, command, options, words
    ):
        folder = workspace({"stack.yml": SPOILT})
        arguments = [command, *options, "--isolated", "--write"]
        with (folder / "stack.yml").open() as stdin:
            monkeypatch.setattr("sys.stdin", stdin)
            _, out, _ = run(*arguments, *(word.replace("stack.yml", "-") for word in words))
        run(*arguments, *words)

        assert out == (folder / "stack.yml").read_text()

    @pytest.mark.parametrize(
        "text", [GOOD, "services: {}\n", "a: [\n", b"\xff\0", ""], ids=lambda text: str(text)[:12]
    )
    def test_standard_input_is_printed_as_is_if_nothing_changes(
        self, workspace, monkeypatch, capfdbinary, command, options, words, text
    ):
        """Otherwise, writing the output back to the input file would lose it."""
        data = text if isinstance(text, bytes) else text.encode()
        folder = workspace({"stack.yml": data, "other.yml": SPOILT})
        more = [] if command == "labels" else ["other.yml"]
        with (folder / "stack.yml").open() as stdin:
            monkeypatch.setattr("sys.stdin", stdin)
            words = ["-" if word == "stack.yml" else word for word in words]
            status = cli.main([command, *options, "--isolated", "--write", *words, *more])

        assert data == capfdbinary.readouterr().out or (status == 2 and command == "labels")
        assert not more or SPOILT != (folder / "other.yml").read_text()

    def test_crlf_a_bom_and_a_missing_final_line_break_are_kept(
        self, workspace, run, command, options, words
    ):
        text = SPOILT.removesuffix("\n").replace("\n", "\r\n").encode("utf-8-sig")
        folder = workspace({"stack.yml": text})
        run(command, *options, "--isolated", "--write", *words)
        result = (folder / "stack.yml").read_bytes()

        assert text != result
        assert result.startswith(b"\xef\xbb\xbf")
        assert not result.endswith(b"\n")
        assert b"\n" not in result.replace(b"\r\n", b"")

    def test_a_file_that_docker_rejects_is_not_changed(
        self, workspace, run, command, options, words
    ):
        text = SPOILT + "networks:\n  front:\n"
        folder = workspace({"stack.yml": text, "good.yml": SPOILT})
        status, _, err = run(command, *options, "--isolated", "--write", *words)

        assert 3 == status
        assert text == (folder / "stack.yml").read_text()
        assert "appears twice" in err

    def test_a_backup_has_the_old_text(self, workspace, run, command, options, words):
        folder = workspace({"stack.yml": SPOILT})
        run(command, *options, "--isolated", "--write", "--backup", ".orig", *words)

        assert SPOILT == (folder / "stack.yml.orig").read_text()
        assert SPOILT != (folder / "stack.yml").read_text()

    @pytest.mark.parametrize("ending", ["", "/", "/../other.yml"])
    def test_an_impossible_backup_suffix_is_an_error(
        self, workspace, run, command, options, words, ending
    ):
        """An empty suffix, for example from an unset variable, would keep no backup."""
        folder = workspace({"stack.yml": SPOILT})
        status, _, err = run(command, *options, "--isolated", "--write", "--backup", ending, *words)

        assert 2 == status
        assert "--backup: use a suffix" in err
        assert SPOILT == (folder / "stack.yml").read_text()

    def test_a_file_that_cannot_be_written_gives_status_3(
        self, workspace, run, command, options, words
    ):
        folder = workspace({"stack.yml": SPOILT})
        os.link(folder / "stack.yml", folder / "other.yml")
        status, _, err = run(command, *options, "--isolated", "--write", *words)

        assert 3 == status
        assert "not written" in err
        assert SPOILT == (folder / "stack.yml").read_text()


TWO_STACKS = {
    ".interlock-lint.yaml": "stacks: [{files: [stack.yml, a.yml]}, {files: [stack.yml, b.yml]}]",
    "a.yml": "services: {}",
    "b.yml": "services: {}",
}


@pytest.mark.parametrize(
    "words",
    [
        ["labels", "set", "a.yml", "api", "context_root=/x"],
        ["labels", "unset", "a.yml", "api", "port"],
        ["labels", "set", "-c", "stack.yml", "-c", "a.yml", "api", "context_root=/x"],
        ["migrate", "--to", "vip", "a.yml", "--service", "api"],
    ],
)
def test_a_stack_that_was_not_named_is_not_changed(workspace, run, words):
    """Even if it includes a file that would be changed for a stack that was named."""
    folder = workspace(TWO_STACKS | {"stack.yml": SHOP})
    status, out, _ = run(*words, "--write")

    assert 1 == status
    assert "the stack of stack.yml, b.yml uses this file too and must not change" in (
        " ".join(out.split())
    )
    assert SHOP == (folder / "stack.yml").read_text()


def test_what_a_fix_changes_in_another_stack_is_reported(workspace, run):
    workspace(TWO_STACKS | {"stack.yml": SPOILT})
    out = run("fix", "--unsafe", "--format", "json", "a.yml")[1]
    stacks = [each["stack"]["files"] for each in json.loads(out)["changes"]]

    assert [["stack.yml", "a.yml"]] * 2 + [["stack.yml", "b.yml"]] * 2 == stacks


@pytest.mark.parametrize(
    "twice", [["stack.yml", "./stack.yml"], ["x/../stack.yml", "."], ["-", "."]]
)
@pytest.mark.parametrize("command", [EVERY_COMMAND[0], EVERY_COMMAND[3]], ids=["migrate", "fix"])
def test_a_file_that_is_named_twice_is_read_once(workspace, run, monkeypatch, command, twice):
    name, options, words = command
    arguments = (name, *options, "--isolated", "--stdin-filename", "stack.yml")
    folder = workspace({"stack.yml": SPOILT, "x/y": ""})
    status, out, err = run(*arguments, *words)
    with (folder / "stack.yml").open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        again = run(*arguments, *twice)

    assert status == again[0]
    assert unwrapped(out) == unwrapped(again[1].replace("x/../", ""))
    assert err == again[2].replace("x/../", "")


NAMING_WEB = [
    ["labels", "list", "stack.yml", "web"],
    ["labels", "get", "stack.yml", "web", "port"],
    ["labels", "set", "stack.yml", "web", "port=1"],
    ["labels", "unset", "stack.yml", "web", "com.docker.lb.prot"],
    ["labels", "set", "stack.yml", "--host", "a.b", "web", "port=1"],
    ["migrate", "--to", "vip", "--service", "web", "--tasks", "web=2", "stack.yml"],
]


@pytest.mark.parametrize("words", NAMING_WEB)
def test_beside_an_unreadable_file_a_name_without_a_match_is_said(workspace, run, words):
    """Whether the name is wrong or the service is in that file is for the user to judge."""
    workspace({"good.yml": SHOP, "stack.yml": "services: [com.docker.lb.port"})
    status, _, err = run(*(word.replace("stack.yml", ".") for word in words))

    assert 3 == status
    assert "stack.yml:1:30: not judged: not YAML" in err
    assert "no host matches `a.b`" in err or re.search(
        r"^warning: (SERVICE|--service): no service matches `web` in the files that could be read; "
        "services: `shop`, `shop-next`, `cart` and `api`$",
        err,
        re.MULTILINE,
    )


@pytest.mark.parametrize("words", NAMING_WEB)
def test_a_named_service_may_be_in_an_unreadable_file(workspace, run, words):
    """So the error is about the file, not about the name of the service."""
    workspace({"stack.yml": "services: ["})
    status, _, err = run(*words)

    assert 3 == status
    assert "not judged: not YAML" in err
    assert "nothing fits" not in err


def test_examples_in_the_help_can_be_parsed(run):
    """For every command that writes files."""
    for command in ("fix", "labels", "migrate", "init"):
        status, out, _ = run(command, "--help")
        examples = re.findall(r"^  interlock-lint (\S.*?)(?:  .*)?(?: \|.*)?$", out, re.MULTILINE)

        assert 0 == status
        assert examples
        for example in examples:
            words = [word.strip("'") for word in example.split()]
            parse(words)


@pytest.mark.parametrize(
    "words",
    [
        *("check", "fix", "routes", "labels", "migrate", "init", "rules", "explain", ""),
        *("labels list", "labels get", "labels set", "labels unset"),
    ],
)
def test_help_fits_a_terminal_of_80_columns(run, words):
    status, out, _ = run(*words.split(), "--help")

    assert 0 == status
    assert [] == [line for line in out.splitlines() if len(line) > 80]


def test_a_listing_matches_its_schema(workspace, run):
    workspace({"stack.yml": SHOP})
    schema = load_schema("labels-list")
    for words in (["list", "stack.yml"], ["get", "stack.yml", "*", "port"]):
        out = run("labels", words[0], "--isolated", "--format", "json", *words[1:])[1]
        jsonschema.validate(json.loads(out), schema)
