"""What PyYAML makes of a stack file: a reading that shares no code with ours."""

import re
import sys

import yaml


class OracleLoader(yaml.SafeLoader):
    """PyYAML with its own merges, to which every scalar is a string."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's name for it
        "<": [("tag:yaml.org,2002:merge", re.compile("<<"))]
    }

    def compose_node(self, parent, index):
        """An anchor may be given again, as Docker permits."""
        if not self.check_event(yaml.AliasEvent):
            self.anchors.pop(self.peek_event().anchor, None)
        return super().compose_node(parent, index)

    def compose_scalar_node(self, anchor):
        """Equal texts are one object: PyYAML 6.0.4 compares keys that it merges by identity."""
        node = super().compose_scalar_node(anchor)
        node.value = sys.intern(node.value)
        return node


def oracle(text):
    """Labels of each service, and the rest of the file without them, read by PyYAML."""
    for written, read_as in (("\r\n", "\n"), ("\r", "\n"), ("\t", " ")):
        text = text.replace(written, read_as)
    data = next(yaml.load_all(text, OracleLoader))
    labels, rest = {}, {}
    for name, service in data["services"].items():
        deploy = service.get("deploy")
        inner = deploy if isinstance(deploy, dict) else {}
        labels[name] = pairs(inner.get("labels"))
        kept = {key: value for key, value in inner.items() if key != "labels"}
        other = {key: value for key, value in service.items() if key != "deploy"}
        rest[name] = (other, kept)
    top = {key: value for key, value in data.items() if not key.startswith("x-")}
    return labels, (rest, {**top, "services": None})


def pairs(labels):
    if isinstance(labels, dict):
        return dict(labels)
    items = labels if isinstance(labels, list) else []
    return {key: value for key, _, value in (item.partition("=") for item in items)}
