"""
What the rules say that NGINX does: a real one does it with their own examples.

Each test runs nginx with the configuration that the vendor's template makes of a stack, sends
requests, and looks at who answers. Which values nginx accepts is in `test_values_in_nginx.py`, and
how it divides requests in `test_measured_shares.py`.
"""

import inspect
import sys
import tempfile
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import nginx
import pytest
import yaml
from support import judge, section
from support import routes as routes_of
from support import service as written

from linter.checking import registry

pytestmark = pytest.mark.nginx

RULES = registry.load()
HOST = "app.example.com"
ELSEWHERE = {
    "canary-share": "test_measured_shares.py",
    "mixed-backend-modes": "test_measured_shares.py",
    "unknown-label": "test_measured_shares.py",
}
NO_CLAIM = {"haproxy-ignores-key": "only says which clusters have NGINX"}
SHOWN = set()


def shows(*rules):
    """Marks a test with the rules whose claims it shows."""

    def mark(test):
        SHOWN.update(rules)
        return test

    return mark


def example(rule):
    """The stack in the manual of a rule that has what the rule is about."""
    return section(RULES[rule], "Example")[0][0]


def instead(rule):
    return section(RULES[rule], "Use instead")[0][0]


def stack(*services):
    return "services:\n" + "".join(services)


def backwards(text):
    """A stack with its services in the opposite order."""
    parsed = yaml.safe_load(text)
    services = dict(reversed(parsed["services"].items()))
    return yaml.safe_dump(parsed | {"services": services}, sort_keys=False)


@pytest.fixture
def folder():
    """A folder with a short path, because it contains sockets."""
    nginx.require()
    with tempfile.TemporaryDirectory(prefix="nginx-") as made:
        yield Path(made)


@pytest.fixture
def run(folder):
    """Starts a proxy for a stack, with a folder of its own."""
    with ExitStack() as running:
        numbers = count()

        def start(text, **options):
            if options.get("tls"):
                nginx.require(tls=True)
            own = folder / str(next(numbers))
            own.mkdir()
            return running.enter_context(nginx.running(own, text, **options))

        yield start


@pytest.fixture
def verdict(folder):
    """Whether nginx accepts the configuration for a stack, and what it says about it."""

    def test(text, *, tls=False):
        nginx.require(tls=tls)
        return nginx.verdict(folder, text, tls=tls)

    return test


def test_every_claim_about_nginx_is_shown():
    """A rule that speaks of NGINX, or of what the template makes, needs a test with a real one."""
    claiming = {
        name
        for name, rule in RULES.items()
        if rule.template or "NGINX" in inspect.getsource(sys.modules[rule.check.__module__])
    }

    assert set() == claiming - SHOWN - set(ELSEWHERE) - set(NO_CLAIM)
    assert set() == (SHOWN | set(ELSEWHERE) | set(NO_CLAIM)) - set(RULES)


@shows("rewrite-redirects")
def test_a_rewrite_redirects_a_path_without_a_final_slash(run):
    proxy = run(example("rewrite-redirects"))
    answer = proxy.ask("POST", HOST, "/app/login", body="name=x")

    assert (301, "/app/login/") == (answer.status, urlsplit(answer.headers["Location"]).path)
    assert [0] == proxy.requests("web")
    assert "/login/" == proxy.get(HOST, "/app/login/").by["path"]
    assert "/site.css" == proxy.get(HOST, "/app/site.css").by["path"]
    posted = run(instead("rewrite-redirects")).ask("POST", HOST, "/app/login", body="name=x")
    assert ("POST", "/app/login", "name=x") == tuple(
        posted.by[key] for key in ("method", "path", "body")
    )


@shows("rewrite-redirects", "root-context")
def test_a_rewritten_root_redirects_too(run):
    labels = {"hosts": HOST, "context_root": "/", "context_root_rewrite": "true"}
    answer = run(stack(written("web", labels))).ask("POST", HOST, "/login", body="name=x")

    assert (301, "/login/") == (answer.status, urlsplit(answer.headers["Location"]).path)


@shows("context-root-not-rewritten")
@pytest.mark.parametrize("root", ["/app/", "/a+b"])
def test_some_context_roots_are_not_rewritten(run, root):
    text = example("context-root-not-rewritten").replace("/app/", root)
    path = f"{root.rstrip('/')}/site.css"

    assert path == run(text).get(HOST, path).by["path"]
    assert ["context-root-not-rewritten"] == [
        each.rule for each in judge(text, only="context-root-not-rewritten").diagnostics
    ]
    assert (
        "/site.css"
        == run(instead("context-root-not-rewritten")).get(HOST, "/app/site.css").by["path"]
    )


@shows("rewrite-without-context-root")
def test_nothing_is_rewritten_without_a_context_root(run):
    proxy = run(example("rewrite-without-context-root"))

    assert "/app/login" == proxy.get(HOST, "/app/login").by["path"]


@shows("root-context")
def test_a_context_root_of_a_slash_covers_the_host(run):
    with_label, without = run(example("root-context")), run(instead("root-context"))

    for path in ("/", "/a", "/a/b.css"):
        assert with_label.get(HOST, path).by == without.get(HOST, path).by


@shows("root-context", "websocket-lost")
@pytest.mark.parametrize("root", ["/app", "/"])
def test_a_context_root_leaves_out_websocket_endpoints(run, root):
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade"}
    lost = example("websocket-lost").replace("context_root: /app", f"context_root: {root}")

    assert run(lost).get(HOST, "/app/ws", upgrade).by["upgrade"] is None
    kept = run(instead("websocket-lost"))
    assert "websocket" == kept.get(HOST, "/app/ws", upgrade).by["upgrade"]


@shows("conflicting-context-roots")
def test_only_one_path_of_a_host_is_served_and_by_all_services(run):
    proxy = run(example("conflicting-context-roots"))

    assert {"shop", "api"} == {proxy.get(HOST, "/shop").by["service"] for _ in range(4)}
    assert 404 == proxy.get(HOST, "/api").status


@shows("reserved-path")
def test_a_location_of_the_proxy_cannot_be_used_twice(run, verdict):
    accepted, said = verdict(example("reserved-path"))

    assert not accepted and "duplicate location" in said
    proxy = run(stack(written("web", {"hosts": HOST})))
    assert 200 == proxy.get(HOST, "/nginx_status").status
    assert [0] == proxy.requests("web")


@shows("invalid-value")
@pytest.mark.parametrize("host", [f"https://{HOST}", f"{HOST}:8080", f"{HOST}/app"])
def test_no_request_matches_a_host_with_more_than_a_name(run, verdict, host):
    text = stack(written("web", {"hosts": host}))
    accepted, _ = verdict(text)

    assert not accepted or {503} == {
        run(text).get(sent).status for sent in (HOST, f"{HOST}:8080", host)
    }


@shows("invalid-value")
def test_nginx_rejects_an_invalid_port_and_the_same_endpoint_twice(folder):
    text = stack(written("web", {"hosts": HOST}))
    wrong = nginx.configuration(text, folder, {"web": ["127.0.0.1:80800"]})

    assert not nginx.verdict_on(folder, wrong)[0]
    twice = stack(written("web", {"hosts": HOST, "websocket_endpoints": "/ws,/ws"}))
    assert not nginx.verdict(folder, twice)[0]


@shows("published-port-as-target")
def test_a_port_on_which_nothing_listens_is_a_bad_gateway(run):
    proxy = run(example("published-port-as-target"), absent={"web"})

    assert 502 == proxy.get(HOST).status


@shows("untidy-hosts")
def test_capital_letters_and_spaces_in_hosts_do_not_matter(run):
    proxy = run(example("untidy-hosts"))

    assert {200} == {proxy.get(host).status for host in (HOST, HOST.upper(), "www.example.com")}


@shows("non-ascii-host")
def test_a_host_outside_ascii_is_not_found_by_its_ascii_name(run):
    asked = "xn--bcher-kva.example"

    assert 503 == run(example("non-ascii-host")).get(asked).status
    assert 200 == run(instead("non-ascii-host")).get(asked).status


WILDCARDS = ["*.example.com", "app.example.*", ".example.com"]
EXPRESSIONS = ["~^app", r"~^(app|www)\.example"]


@shows("wildcard-host")
@pytest.mark.parametrize("host", [*WILDCARDS, *EXPRESSIONS])
def test_a_wildcard_matches_http_alone_and_an_expression_tls_too(run, host):
    plain = {"hosts": host, "port": 8080}
    ended = plain | {"ssl_cert": "app.cert", "ssl_key": "app.key"}
    passed = plain | {"ssl_passthrough": "true"}

    assert 200 == run(stack(written("web", plain))).get(HOST).status
    for labels in (ended, passed):
        proxy = run(stack(written("web", labels)), tls=True)
        if host in EXPRESSIONS:
            assert 200 == proxy.get_tls(HOST).status
            continue
        with pytest.raises(OSError, match="EOF"):
            proxy.get_tls(HOST)


@pytest.mark.parametrize("host", EXPRESSIONS)
def test_a_regular_expression_is_a_route_like_any_other(host):
    labels = {"hosts": host, "port": 8080, "context_root": "/app"}
    report = judge(stack(written("web", labels)))

    assert [("wildcard-host", "warning")] == [
        (each.rule, str(each.severity)) for each in report.diagnostics
    ]
    assert [[host]] == [list(map(str, route.hosts)) for route in routes_of(written("web", labels))]


@shows("redirect-loop")
def test_a_redirect_to_the_same_host_never_ends(run):
    proxy = run(example("redirect-loop"))
    path = "/"
    for _ in range(5):
        answer = proxy.get(HOST, path)
        target = urlsplit(answer.headers["Location"])
        assert (302, "http", HOST) == (answer.status, target.scheme, target.netloc)
        path = target.path

    assert [0] == proxy.requests("web")


@shows("redirect-loop")
def test_two_hosts_that_redirect_to_each_other_never_end(run):
    a = {"hosts": "a.example.com", "redirects": "http://a.example.com,http://b.example.com"}
    b = {"hosts": "b.example.com", "redirects": "http://b.example.com,http://a.example.com"}
    proxy = run(stack(written("one", a), written("two", b)))
    host = "a.example.com"
    for _ in range(5):
        host = urlsplit(proxy.get(host).headers["Location"]).netloc

    assert "b.example.com" == host
    assert [[0], [0]] == [proxy.requests("one"), proxy.requests("two")]


@shows("redirect-loop", "plain-http-left-open")
def test_a_redirect_to_https_ends_there(run):
    open_ = run(example("plain-http-left-open"), tls=True)
    closed = run(instead("plain-http-left-open"), tls=True)

    assert (200, 200) == (open_.get(HOST).status, open_.get_tls(HOST).status)
    answer = closed.get(HOST, "/cart")
    assert (302, f"https://{HOST}/cart") == (answer.status, answer.headers["Location"])
    assert 200 == closed.get_tls(HOST, "/cart").status


@shows("redirect-target-path")
@pytest.mark.parametrize(
    ("target", "path"), [("/", "//cart"), ("/new", "/new/cart"), ("", "/cart")]
)
def test_a_redirect_appends_the_path_of_the_request(run, target, path):
    text = example("redirect-target-path")
    at = "http://app.example.com"
    answer = run(text.replace(f"{at}/", f"{at}{target}")).get("old.example.com", "/cart")

    assert (302, f"{at}{path}") == (answer.status, answer.headers["Location"])


@shows("redirect-source-not-served")
def test_a_source_that_is_no_host_is_not_redirected(run):
    assert 503 == run(example("redirect-source-not-served")).get("old.example.com").status
    assert 302 == run(instead("redirect-source-not-served")).get("old.example.com").status


@shows("redirect-to-https-without-certificate")
def test_nothing_answers_https_without_a_certificate(run):
    proxy = run(example("redirect-to-https-without-certificate"), tls=True)

    assert f"https://{HOST}/" == proxy.get(HOST).headers["Location"]
    with pytest.raises(OSError, match="EOF"):
        proxy.get_tls(HOST)


@shows("incomplete-certificate")
def test_nginx_rejects_a_certificate_without_its_key(verdict):
    accepted, said = verdict(example("incomplete-certificate"), tls=True)

    assert not accepted and 'no "ssl_certificate_key" is defined' in said
    assert verdict(instead("incomplete-certificate"), tls=True)[0]


@shows("incomplete-certificate")
def test_a_key_without_its_certificate_is_ignored(run):
    proxy = run(stack(written("web", {"hosts": HOST, "ssl_key": "app.key"})), tls=True)

    assert 200 == proxy.get(HOST).status
    with pytest.raises(OSError, match="EOF"):
        proxy.get_tls(HOST)


@shows("default-backend-with-hosts")
def test_nginx_rejects_two_default_servers(run, verdict):
    text = example("default-backend-with-hosts")
    accepted, said = verdict(text)

    assert not accepted and "duplicate default server" in said
    for fine in (text.replace(",www.example.com", ""), instead("default-backend-with-hosts")):
        assert 200 == run(fine).get("elsewhere.example.com").status


@shows("several-default-backends")
def test_two_default_backends_are_one_server_unless_they_have_hosts(run, verdict):
    text = example("several-default-backends")
    labels = {"port": 8080, "default_backend": "true"}
    with_hosts = [written(name, labels | {"hosts": f"{name}.example.com"}) for name in "ab"]

    proxy = run(text)
    assert {"sorry", "welcome"} == {proxy.get("x").by["service"] for _ in range(4)}
    accepted, said = verdict(stack(*with_hosts))
    assert not accepted and "duplicate default server" in said
    passed = labels | {"hosts": "c.example.com", "ssl_passthrough": "true"}
    assert verdict(stack(with_hosts[0], written("c", passed)), tls=True)[0]


@shows("default-backend-with-context-root")
def test_other_paths_of_a_default_backend_are_not_found(run):
    proxy = run(example("default-backend-with-context-root"))

    assert (200, 404) == (proxy.get("x", "/sorry").status, proxy.get("x", "/").status)
    assert 200 == run(instead("default-backend-with-context-root")).get("x", "/").status


@shows("withdrawn-label")
def test_nginx_cannot_read_what_a_withdrawn_label_leads_to(verdict):
    assert not verdict(example("withdrawn-label"))[0]
    assert verdict(stack(written("web", {"hosts": HOST})))[0]


@shows("health-check-without-effect")
def test_a_single_server_is_never_skipped(run):
    text = example("health-check-without-effect").replace("max_fails: 3", "max_fails: 1")
    proxy = run(text, failing={"web"})

    assert {503} == {proxy.get(HOST).status for _ in range(8)}
    assert [2, 2, 2, 2] == proxy.requests("web")  # one server, the virtual IP; four tasks


@shows("health-check-without-effect", "label-unsupported-by-target")
@pytest.mark.parametrize(
    ("labels", "tries"),
    [
        ({"fail_timeout": "1h"}, 1),
        ({"max_fails": 3, "fail_timeout": "1h"}, 3),
        ({"max_fails": 0}, 8),
    ],
)
def test_a_failing_server_is_skipped_if_there_is_another(run, labels, tries):
    good = written("good", {"hosts": HOST})
    bad = written("bad", {"hosts": HOST, **labels})
    proxy = run(stack(good, bad), failing={"bad"})

    assert {200} == {proxy.get(HOST).status for _ in range(16)}
    assert [tries] == proxy.requests("bad")


def by_cookie(proxy, client, name="app_session"):
    return proxy.get(HOST, headers={"Cookie": f"{name}=session-{client}"})


def by_address(proxy, client):
    return proxy.get(HOST, source=f"127.0.{client + 1}.1")


def met(proxy, ask, clients=12):
    """For each client, the tasks that answer its requests."""
    return [{ask(proxy, client).by["task"] for _ in range(3)} for client in range(clients)]


@shows("sticky-session-in-vip-mode", "sticky-session-on-one-task")
@pytest.mark.parametrize("ask", [by_cookie, by_address])
def test_sticky_sessions_need_task_mode(run, ask):
    method = "sticky_session_cookie" if ask is by_cookie else "ip_hash"
    value = "app_session" if ask is by_cookie else "true"
    labels = {"hosts": HOST, method: value}

    def tasks(replicas, mode):
        proxy = run(stack(written("web", labels | {"backend_mode": mode}, replicas=replicas)))
        return met(proxy, ask)

    in_task_mode = tasks(4, "task")
    assert {1} == set(map(len, in_task_mode))
    assert 1 < len(set.union(*in_task_mode))
    assert {1} != set(map(len, tasks(4, "vip")))
    assert [{0}] * 12 == tasks(1, "task")


@shows("two-sticky-methods", "cluster-ip-hash")
def test_of_two_methods_the_cookie_counts(run, verdict):
    text = example("two-sticky-methods")
    accepted, said = verdict(text)

    assert accepted and "load balancing method redefined" in said
    tasks = met(run(text), by_cookie)  # all from the same address
    assert {1} == set(map(len, tasks)) and 1 < len(set.union(*tasks))
    assert 1 == len(set.union(*met(run(text), by_address_and_cookie)))


def by_address_and_cookie(proxy, client):
    return proxy.get(HOST, headers={"Cookie": "app_session=x"}, source=f"127.0.{client + 1}.1")


@shows("ip-hash-behind-ingress", "cluster-ip-hash")
def test_behind_ingress_all_clients_have_one_address(run):
    proxy = run(example("ip-hash-behind-ingress"))

    assert 1 < len(set.union(*met(proxy, by_address)))
    with proxy.behind_ingress() as hidden:
        assert 1 == len(set.union(*met(hidden, by_address)))


@shows("unusable-cookie-name")
def test_a_cookie_name_with_a_dash_sends_all_clients_to_one_server(run):
    wrong, right = run(example("unusable-cookie-name")), run(instead("unusable-cookie-name"))

    assert 1 == len(set.union(*met(wrong, lambda *each: by_cookie(*each, name="JSESSION-ID"))))
    tasks = met(right, lambda *each: by_cookie(*each, name="JSESSIONID"))
    assert {1} == set(map(len, tasks)) and 1 < len(set.union(*tasks))


@shows("unusable-cookie-name")
def test_a_cookie_that_no_client_has(run):
    """A hash of an empty key is no hash at all since 1.17."""
    tasks = met(run(example("unusable-cookie-name").replace("JSESSION-ID", "none")), by_cookie)

    assert (4 if nginx.version() >= (1, 17) else 1) == len(set.union(*tasks))


@shows("conflicting-host-settings")
def test_the_settings_of_a_host_are_those_of_its_first_service(run):
    text = example("conflicting-host-settings")

    assert {1} == set(map(len, services_met(run(text))))
    assert {1} != set(map(len, services_met(run(backwards(text)))))


def services_met(proxy):
    return [
        {(answer.by["service"], answer.by["task"]) for answer in answers}
        for answers in ([by_cookie(proxy, client) for _ in range(3)] for client in range(12))
    ]


@shows("conflicting-passthrough")
def test_a_host_has_passthrough_or_http_but_not_both(run):
    text = example("conflicting-passthrough")
    passed, plain = run(text, tls=True), run(backwards(text), tls=True)

    assert (503, 200) == (passed.get(HOST).status, passed.get_tls(HOST).status)
    with pytest.raises(OSError, match="EOF"):
        plain.get_tls(HOST)


@shows("passthrough-shared-host")
@pytest.mark.parametrize("turn", [str, backwards])
def test_passed_connections_reach_only_the_first_service(run, turn):
    text = turn(example("passthrough-shared-host"))
    first = next(iter(yaml.safe_load(text)["services"]))
    proxy = run(text, tls=True)

    assert {first} == {proxy.get_tls(HOST).by["service"] for _ in range(10)}


@shows("passthrough-ignores-labels")
def test_a_passed_connection_reaches_the_service_with_any_path(run):
    proxy = run(example("passthrough-ignores-labels"), tls=True)

    assert "/elsewhere" == proxy.get_tls(HOST, "/elsewhere").by["path"]


@shows("passthrough-with-certificate")
def test_a_passed_connection_is_not_ended_by_the_proxy(run):
    proxy = run(example("passthrough-with-certificate"), tls=True)

    assert "container" == proxy.certificate(HOST)
    ended = run(instead("passthrough-with-certificate"), tls=True)
    assert "proxy" == ended.certificate(HOST)


@shows("passthrough-with-redirects")
def test_plain_http_is_not_redirected_with_passthrough(run):
    proxy = run(example("passthrough-with-redirects"), tls=True)

    assert 503 == proxy.get(HOST).status
