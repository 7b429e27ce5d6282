"""Usual and unusual stack files: a strategy for hypothesis."""

from hypothesis import strategies as st

KEYS = ("com.docker.lb.hosts", "com.docker.lb.port", "com.docker.lb.network", "team")
NEW_KEY = "com.docker.lb.backend_mode"
VALUES = ("app.example.org", "8080", "two words", "a,b", "a: b #c", "it's", "", "${HOST}", "true")
NEWLINES = ("\n", "\n", "\r\n", "\r")


class _Writer:
    """Writes one stack file, line by line; `draw` makes each choice."""

    def __init__(self, draw):
        self.draw = draw
        self.lines = []
        self.step = self.pick(2, 2, 4)
        self.dash = self.pick(0, 2)
        self.quote = self.pick("", "", "'", '"')
        self.anchors = {"labels": [], "items": [], "deploy": [], "service": []}
        self.named = 0

    def pick(self, *options):
        return self.draw(st.sampled_from(options))

    def one_in(self, number):
        return self.draw(st.integers(1, number)) == number

    def text(self):
        if self.one_in(4):
            self.lines.append(self.pick("# a stack", "%YAML 1.1\n---", "---", "", "---  # begins"))
        if self.one_in(2):
            self.fragments()
        self.lines.append("services:" + self.behind())
        for name in ("web", "api", "db")[: self.draw(st.integers(1, 3))]:
            self.service(name, self.step)
        if self.one_in(3):
            self.lines += ["networks:", "  front: {}"]
        if self.one_in(8):
            self.lines += ["---", "later: document"]
        text = "\n".join(self.lines) + self.pick("\n", "\n", "\n", "", "\n\n", "\n# the end")
        return text.replace("\n", self.pick(*NEWLINES))

    # -- Parts -------------------------------------------------------------------------------------

    def behind(self):
        """What may follow on any line."""
        if not self.one_in(6):
            return ""
        return self.pick("  # why", " # interlock-lint: ignore", "\t# tab", "   ")

    def between(self, column):
        """What may be between any two lines."""
        if self.one_in(8):
            other = self.draw(st.integers(0, column + 2))
            comment = self.pick("# note", "# interlock-lint: ignore", "")
            self.lines.append(" " * other + comment if comment else "")

    def anchor(self, kind, number=4):
        """An anchor, sometimes; aliases may use it once its node is complete."""
        if not self.one_in(number):
            return "", lambda: None
        self.named += 1
        name = self.pick(f"{kind}{self.named}", f"{kind}{self.named}", kind)
        known = self.anchors[kind]
        return f" &{name}", lambda: name in known or known.append(name)

    def alias(self, *kinds):
        return "*" + self.pick(*[name for kind in kinds for name in self.anchors[kind]])

    def merge(self, kind, column, number=3):
        if self.anchors[kind] and self.one_in(number):
            first, second = self.alias(kind), self.alias(kind)
            value = self.pick(first, first, f"[{first}, {second}]")
            self.lines.append(" " * column + f"<<: {value}" + self.behind())
            return [f"<<: {value}"]
        return []

    def scalar(self, value, *, block=False):
        if block and value and self.one_in(8):
            return self.pick("|", "|-", ">-", "|+", ">"), value
        quote = self.pick(self.quote, self.quote, "'", '"')
        exact = value and not any(sign in value for sign in ",:#'")
        if not quote and exact and value != "true":
            return value, None
        if quote == "'":
            return "'" + value.replace("'", "''") + "'", None
        return '"' + value + '"', None

    def fragments(self):
        for kind in ("labels", "deploy", "service"):
            if self.one_in(2):
                anchor, done = self.anchor(kind, 1)
                self.lines.append(f"x-{kind}:{anchor}" + self.behind())
                before = len(self.lines)
                getattr(self, f"{kind}_body")(self.step)
                if len(self.lines) == before:
                    self.lines[-1] += " {}" if "#" not in self.lines[-1] else "\n  {}"
                done()

    def service(self, name, column):
        self.between(column)
        shown = self.pick(name, name, name, f'"{name}"')
        anchor, done = self.anchor("service", 5)
        if self.anchors["service"] and self.one_in(8):
            self.lines.append(" " * column + f"{shown}: {self.alias('service')}" + self.behind())
            return
        if self.one_in(10):
            self.lines.append(" " * column + f"{shown}:{anchor} {self.flow_service()}")
            done()
            return
        self.lines.append(" " * column + f"{shown}:{anchor}" + self.behind())
        self.service_body(column + self.step)
        done()

    def service_body(self, column):
        pad = " " * column
        self.merge("service", column)
        parts = ["image", "deploy", "environment", "labels", "command"]
        count = self.draw(st.integers(1, 4))
        self.lines.append(pad + "hostname: h")
        for part in self.draw(st.permutations(parts))[:count]:
            self.between(column)
            if part == "image":
                self.lines.append(pad + "image: nginx" + self.behind())
            elif part == "environment":
                self.lines += [pad + "environment:", pad + "  PASSWORD: hunter2"]
            elif part == "command":
                self.lines += [pad + self.pick("command: |", "command: >-", "command: |+")]
                self.lines += [pad + "  run # this", pad + "  and that"]
                self.lines += self.pick([], [], [""])
            elif part == "labels":
                self.labels(column)
            else:
                self.deploy(column)

    def deploy(self, column):
        pad = " " * column
        if self.one_in(8):
            self.lines.append(pad + self.pick("deploy:", "deploy: ~") + self.behind())
            return
        if self.anchors["deploy"] and self.one_in(3):
            self.lines.append(pad + f"deploy: {self.alias('deploy')}" + self.behind())
            return
        anchor, done = self.anchor("deploy")
        if self.one_in(6):
            labels = self.flow_labels()
            inner = self.pick(f"labels: {labels}", f"replicas: 2, labels: {labels}", "replicas: 2")
            self.lines.append(pad + f"deploy:{anchor} {{{inner}}}" + self.behind())
        else:
            self.lines.append(pad + f"deploy:{anchor}" + self.behind())
            self.deploy_body(column + self.step)
        done()

    def deploy_body(self, column):
        pad = " " * column
        merged = self.merge("deploy", column)
        labels = self.one_in(4)
        if self.one_in(3) or not (merged or not labels):
            self.lines.append(pad + "replicas: 2" + self.behind())
        if not labels:
            self.between(column)
            self.labels(column)
        elif not merged:
            self.lines.append(pad + "mode: replicated")
        if self.one_in(4):
            self.between(column)
            self.lines += [pad + "placement:", pad + " " * self.step + "max_replicas_per_node: 1"]

    def labels(self, column):
        pad = " " * column
        if self.one_in(10):
            self.lines.append(pad + self.pick("labels:", "labels: ~", "labels: {}", "labels: []"))
            return
        if (self.anchors["labels"] or self.anchors["items"]) and self.one_in(4):
            self.lines.append(pad + f"labels: {self.alias('labels', 'items')}" + self.behind())
            return
        listed = self.one_in(3)
        anchor, done = self.anchor("items" if listed else "labels")
        if self.one_in(4):
            text = self.flow_list() if listed else self.flow_labels()
            self.lines.append(pad + f"labels:{anchor} {text}" + self.behind())
        elif listed:
            self.lines.append(pad + f"labels:{anchor}" + self.behind())
            self.items(column + self.dash)
        else:
            self.lines.append(pad + f"labels:{anchor}" + self.behind())
            self.labels_body(column + self.step)
        done()

    def some_labels(self, least=1):
        keys = self.draw(st.permutations(KEYS))[: self.draw(st.integers(least, 3))]
        return [(key, self.pick(*VALUES)) for key in keys]

    def labels_body(self, column):
        pad = " " * column
        gap = self.pick(": ", ": ", ":  ")
        merged = self.merge("labels", column)
        for key, value in self.some_labels(0 if merged else 1):
            self.between(column)
            text, below = self.scalar(value, block=True)
            written = self.pick(key, key, key, f'"{key}"')
            self.lines.append(f"{pad}{written}{gap}{text}" + ("" if below else self.behind()))
            if below:
                self.lines.append(pad + "  " + below)
                self.lines += self.pick([], [], [""])

    def items(self, column):
        lead = " " * column + self.pick("- ", "- ", "-   ")
        for key, value in self.some_labels():
            self.between(column)
            self.lines.append(lead + self.scalar(f"{key}={value}")[0] + self.behind())

    def flow_labels(self):
        pairs = [f"{key}: {self.scalar(value)[0]}" for key, value in self.some_labels(0)]
        return self.flow("{", pairs, "}")

    def flow_list(self):
        items = [self.scalar(f"{key}={value}")[0] for key, value in self.some_labels(0)]
        return self.flow("[", items, "]")

    def flow(self, start, parts, end):
        separator = self.pick(", ", ", ", ",", ",\n              ", ",  # why\n              ")
        space = self.pick("", "", " ", "\n              ")
        comma = self.pick("", "", ",") if parts else ""
        last = "\n              " if "#" in separator and comma else ""
        return start + space + separator.join(parts) + comma + last + space + end

    def flow_service(self):
        pick = self.pick("image: i", "image: i", f"deploy: {{labels: {self.flow_labels()}}}")
        return "{hostname: h, " + pick + "}"


@st.composite
def stack_texts(draw):
    return _Writer(draw).text()
