"""Stack files with labels in wrong places, names and forms: a strategy for hypothesis."""

from hypothesis import strategies as st

LABELS = {
    "hosts": (
        "a.example.com",
        "a.example.com,b.example.com",
        "A.example.com",
        "a b",
        "",
        "bü.example",
    ),
    "port": ("8080", "80800", "http", "0x50"),
    "network": ("front", "shop_front", "back", "${NETWORK}", "ingress"),
    "ssl_passthrough": ("true", "false", "yes"),
    "backend_mode": ("vip", "task", "VIP", "${MODE:-vip}"),
    "ip_hash": ("true", "1"),
    "sticky_session_cookie": ("session", "none", "my-cookie"),
    "context_root": ("/app", "/", "app"),
    "context_root_rewrite": ("true",),
    "redirects": ("http://b.example.com,https://a.example.com", "http://b"),
    "ssl_cert": ("cert", "${CERT}"),
    "ssl_key": ("key",),
    "websocket_endpoints": ("/ws", "/ws,/ws"),
    "service_cluster": ("west",),
    "default_backend": ("true",),
    "weight": ("4",),
    "ssl_only": ("true",),
    "ssl_backend": ("true",),
}
PREFIX = "com.docker.lb."
NAMES = {
    "hosts": ("hosst", "host"),
    "port": ("ports", "prot"),
    "network": ("networks", "netwrok"),
    "backend_mode": ("backendmode", "backend-mode"),
    "context_root": ("context-root",),
    "ssl_passthrough": ("ssl_passthru",),
}
PREFIXES = (
    "com.docker.",
    "com.docker.interlock.",
    "com.dokcer.lb.",
    "COM.DOCKER.LB.",
    "com.docker.ucp.lb.",
)
PLACES = (
    "labels",
    "deploy",
    "service",
    "label",
    "Labels",
    "service-label",
    "containers",
    "nested",
    "lables",
)
AROUND = (
    "",
    "    networks: [front]\n",
    "    networks: [front, back]\n",
    "    networks: [nowhere]\n",
    "    ports: ['80:8080']\n",
    "    expose: ['9090']\n",
)


class _Writer:
    def __init__(self, draw):
        self.draw = draw

    def pick(self, *options):
        return self.draw(st.sampled_from(options))

    def one_in(self, number):
        return self.draw(st.integers(1, number)) == number

    def key(self, name):
        if self.one_in(4):
            if name in NAMES and self.one_in(2):
                return PREFIX + self.pick(*NAMES[name])
            return self.pick(*PREFIXES) + name
        return PREFIX + name

    def pair(self, name):
        """A label of a mapping."""
        key, value = self.key(name), self.pick(*LABELS[name])
        form = self.pick(
            "right", "right", "right", "list", "plain", "typographic", "inside", "dollar"
        )
        if form == "plain" or (form == "right" and value not in ("true", "false", "yes", "")):
            return f"{key}: {value}"
        if form == "list":
            return f"{key}: [{', '.join(value.split(',') if '$' not in value else [repr(value)])}]"
        if form == "typographic":
            return f"{key}: “{value}”"
        if form == "inside":
            return f"{key}: '\"{value}\"'"
        if form == "dollar" and "$" not in value:
            return f"{key}: '{value}$'"
        return f'{key}: "{value}"'

    def item(self, name):
        """A label of a list."""
        key, value = self.key(name), self.pick(*LABELS[name])
        form = self.pick(
            "=", "=", "=", ": ", " = ", "= ", ' "', '="', ":", "'", "mapping", "dollar"
        )
        if form == "mapping":
            return f"{{{key}: '{value}'}}"
        if form == "dollar":
            return f"{key}={value}$" if "$" not in value else f"{key}={value}"
        if form == '="':
            return f'{key}="{value}"'
        if form == ' "':
            return f'"{key}={value}"'
        if form == "'":
            return f"“{key}={value}”"
        return f"{key}{form}{value}"

    def block(self, names, column):
        pad = " " * column
        if self.one_in(2):
            return [f"{pad}- {self.item(name)}" for name in names]
        return [pad + self.pair(name) for name in names]

    def places(self):
        """The names of the labels in each place."""
        found = {}
        home = self.pick("labels", *PLACES)
        count = self.draw(st.integers(1, 5))
        for label in self.draw(st.permutations(list(LABELS)))[:count]:
            found.setdefault(home if self.one_in(2) else self.pick(*PLACES), []).append(label)
        if self.one_in(2):
            found.setdefault(home, []).insert(0, "hosts")
        return found

    def deploy(self, places):
        names, nested = places.get("labels", []), places.get("nested", [])
        inside = [" " * 8 + self.pair(each) for each in names] if nested else self.block(names, 8)
        if nested:
            inside += ["        labels:", *self.block(nested, 10)]
        lines = ["      " + self.pair(each) for each in places.get("deploy", [])]
        for key in ("label", "Labels", "lables"):
            if key in places:
                lines += [f"      {key}:", *self.block(places[key], 8)]
        if inside or (lines and self.one_in(4)):
            lines = ["      labels:", *inside, *lines]
        if self.one_in(4):
            lines.append(self.pick("      replicas: 0", "      mode: global", "      replicas: 2"))
        return lines

    def service(self, name):
        lines = [f"  {name}:", "    image: i" if not self.one_in(8) else "    build: ."]
        lines += self.pick(*AROUND).splitlines()
        places = self.places()
        lines += ["    " + self.pair(each) for each in places.get("service", [])]
        for place, key in (("service-label", "label"), ("containers", "labels")):
            if place in places:
                lines += [f"    {key}:", *self.block(places[place], 6)]
        if deploy := self.deploy(places):
            lines += ["    deployment:" if self.one_in(10) else "    deploy:", *deploy]
        return lines

    def text(self):
        lines = ["service:" if self.one_in(20) else "services:"]
        for name in ("web", "api", "db")[: self.draw(st.integers(1, 3))]:
            lines += self.service(name)
        lines += [
            "networks:",
            "  front:",
            "    driver: overlay",
            "  back: {name: back, external: true}",
        ]
        return "\n".join(lines) + "\n"


@st.composite
def faulty_stacks(draw):
    return _Writer(draw).text()
