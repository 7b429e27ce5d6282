"""Values that Interlock copies into the configuration of NGINX: a real one accepts what we do."""

import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nginx import require
from support import judge

from linter.model.vocabulary import rows

pytestmark = pytest.mark.nginx

# Where the vendor's template puts the values; the second server makes NGINX look up names.
_PLACES = {
    "hosts": "server {{ listen 127.0.0.1:8081; server_name {}; }}",
    "context_root": "server {{ listen 127.0.0.1:8081; server_name a; location {} {{ }} }}",
    "websocket_endpoints": "server {{ listen 127.0.0.1:8081; server_name a; location {} {{ }} }}",
    "redirects": "server {{ listen 127.0.0.1:8081; server_name a; return 302 {}$request_uri; }}",
    "fail_timeout": "upstream u {{ server 127.0.0.1:1 max_fails=1 fail_timeout={}; }}",
    "max_fails": "upstream u {{ server 127.0.0.1:1 max_fails={}; }}",
    "sticky_session_cookie": ("upstream u {{ hash $cookie_{} consistent; server 127.0.0.1:1; }}"),
}
_RULES = ("invalid-value", "wildcard-host", "literal-quotes", "spaces-around-equals")
_FIRST = "server { listen 127.0.0.1:8081 default_server; server_name _; }"

ACCEPTED = {
    "hosts": [
        "a",
        "a.example.com",
        "A.b",
        "a-b_c.d",
        "*.example.com",
        "www.example.*",
        ".a.b",
        "~^www",
        "~^(a|b)c",
        "192.0.2.1",
        "xn--nxasmq6b.example",
        "_",
    ],
    "context_root": ["/", "/a", "/a/b", "/a/", "/a.b", "/a-b_c~d", "/a(b", "/a+b", "/%20", "/a=b"],
    "websocket_endpoints": ["/", "/ws", "/ws/", "/a.b/c", "/~x"],
    "redirects": ["http://a", "https://a.example.com:8443", "https://a/b", "https://$host"],
    "fail_timeout": [
        "10",
        "0",
        "0s",
        "10s",
        "1h30m",
        "1d12h",
        "1w",
        "1M",
        "1y",
        "007",
        "1m30",
        "1y1M1w1d1h1m1s",
        "9999999999",
    ],
    "max_fails": ["0", "3", "100"],
    "sticky_session_cookie": ["app_session", "JSESSION-ID", "app.session", "none", "a'b"],
}
REJECTED = {
    "hosts": [
        "*",
        "*a.b",
        "a..b",
        "*.",
        ".",
        "..",
        "a*b",
        "a.*.b",
        "*.a*",
        "a.b*",
        "*a*",
        "a{b",
        "#a",
        "~",
        "a b;",
        "a;b",
    ],
    "context_root": ["/a;", "/a{", "/a;b", "/a b"],
    "websocket_endpoints": ["/a;", "/{a}", "/a b"],
    "redirects": ["http://{x}", "http://a$x", "http://a$", "http://a b"],
    "fail_timeout": ["500ms", "30s1m", "1s1s", "1h 30m", "", "s", "10S", "-1", "1.5s", "1M1y"],
    "max_fails": ["-1", "x", "1.5", ""],
    "sticky_session_cookie": ["a$b", "a$", "$a", "{a}", "a;", "a b"],
}
SETTLED = [
    (name, value, verdict)
    for verdict, values in ((True, ACCEPTED), (False, REJECTED))
    for name in values
    for value in values[name]
]

_CHARACTERS = "ab/.*~^$+?()[]{}|\\\"';:#%&=@!<>-_ 019smhdwMy"
_VALUES = st.text(_CHARACTERS, min_size=1, max_size=6)


@pytest.fixture(scope="module")
def is_accepted(tmp_path_factory):
    require()
    folder = tmp_path_factory.mktemp("nginx")

    def accepts(name, value):
        """Whether NGINX accepts a configuration with this value."""
        text = f"events {{}} http {{ access_log off; {_FIRST} {_PLACES[name].format(value)} }}\n"
        path = folder / "nginx.conf"
        path.write_text(f"pid {folder}/pid; {text}", encoding="utf-8")
        command = [shutil.which("nginx"), "-t", "-e", "stderr", "-p", folder, "-c", path]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    return accepts


def is_error(name, value):
    """Whether some rule reports an error for the value."""
    if name == "redirects":
        value = f"http://a.example.com,{value}"
    labels = f"{{com.docker.lb.hosts: a.example.com, com.docker.lb.{name}: {quoted(value)}}}"
    if name == "hosts":
        labels = f"{{com.docker.lb.hosts: {quoted(value)}}}"
    report = judge(f"services: {{web: {{image: i, deploy: {{labels: {labels}}}}}}}\n")
    return any(each.severity == "error" and each.rule in _RULES for each in report.diagnostics)


def quoted(value):
    return "'" + value.replace("'", "''").replace("$", "$$") + "'"


@pytest.mark.parametrize(("name", "value", "verdict"), SETTLED)
def test_nginx_and_we_agree(is_accepted, name, value, verdict):
    assert verdict == is_accepted(name, value)
    assert verdict != is_error(name, value) or not value  # another rule is about empty values


@pytest.mark.parametrize("name", sorted(_PLACES))
@settings(max_examples=60, deadline=None)
@given(value=_VALUES)
def test_nginx_accepts_what_we_accept(is_accepted, name, value):
    """Not regular expressions, which only NGINX can judge; and some we refuse that it takes."""
    if name == "redirects":
        value = f"https://{value}"
    elif name in ("context_root", "websocket_endpoints"):
        value = f"/{value}"
    syntax = rows()[name].list_syntax
    items = [item.text for item in syntax.items(value)] if syntax else [value]
    if is_error(name, value) or value.startswith("~") or not all(items):
        return

    assert [] == [item for item in items if not is_accepted(name, item)]


@pytest.mark.parametrize("path", ["/a", "/a.b", "/a-b", "/a%20"])
def test_nginx_accepts_a_pattern_for_a_rewrite(is_accepted, path):
    assert is_accepted("context_root", f"{path} {{ rewrite ^{path}/(.*) /$1 break; }} location /x")


@pytest.mark.parametrize("path", ["/a(b", "/a)b", "/a[b", "/a**"])
def test_nginx_rejects_some_patterns_for_a_rewrite(is_accepted, path):
    rewrite = f"/x {{ rewrite ^{path}/(.*) /$1 break; }} location /y"

    assert not is_accepted("context_root", rewrite)


def test_nginx_rejects_the_same_location_twice(is_accepted):
    assert not is_accepted("context_root", "/nginx_status { } location /nginx_status")


def test_nginx_rejects_a_second_default_server(is_accepted):
    assert not is_accepted("hosts", "a; } server { listen 127.0.0.1:8081 default_server")


def test_nginx_rejects_a_certificate_without_its_key(is_accepted):
    server = "a; } server { listen 127.0.0.1:8443 ssl; ssl_certificate /nowhere"

    assert not is_accepted("hosts", server)
