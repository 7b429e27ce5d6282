# Copyright: the interlock-lint developers
# Apache-2.0 (see LICENSE)
"""Finds interlock-lint, runs it, and reads what it says."""

from __future__ import annotations

import json
import os
import re
import sys

FINDINGS = 1
NOT_JUDGED = 3

RANKS = {"info": 0, "warning": 1, "error": 2}

NAME = "interlock-lint"
MISSING = (
    "interlock-lint is not installed on the %s; install it there with `pip install interlock-lint`,"
    " or with ansible.builtin.pip and the name interlock-lint"
)

ARGUMENTS = {
    "stack_name": {"type": "str"},
    "target": {"type": "str"},
    "proxy_config": {"type": "path"},
    "config": {"type": "path"},
    "env_file": {"type": "list", "elements": "path"},
    "env": {"type": "bool", "default": False},
    "executable": {"type": "path", "default": NAME},
}

# Options of the program that its advice may name, and what they are in a task.
PARAMETERS = re.compile(
    r"--(force|drop-sticky|max-share-shift|env-file|stack-name|target|tasks|nodes)\b"
    r"(?: ([0-9.]+)%?(?![\w.]))?"
)

# What a terminal obeys, and what YAML takes in no string without an escape.
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def places():
    """Where the program may be besides the PATH: next to the Python that runs this."""
    return [os.path.dirname(sys.executable)] if sys.executable else []


def shown(text):
    """A text for people; what a terminal would obey is escaped."""
    return CONTROLS.sub(lambda found: "\\x%02x" % ord(found.group()), text)


def as_yaml(stack):
    """A stack as the text of a file; what YAML is to Docker, JSON is too."""
    text = json.dumps(stack, indent=1, ensure_ascii=False, default=str)
    return UNPRINTABLE.sub(lambda found: "\\u%04x" % ord(found.group()), text)


class Program:
    """The program, with the options of a task that all commands have."""

    def __init__(self, module):
        self.module = module
        self.folder = None
        self.path = module.get_bin_path(module.params["executable"], opt_dirs=places())
        if self.path is None:
            wanted = module.params["executable"]
            also = "" if wanted == NAME else "; there is no program %s" % wanted
            module.fail_json(msg=MISSING % "host" + also)

    def options(self):
        """What is known about the sources."""
        params = self.module.params
        single = ("stack_name", "target", "proxy_config", "config")
        words = [option(name, params[name]) for name in single if params[name]]
        words += [option("env_file", path) for path in params["env_file"] or ()]
        return words + (["--env"] if params["env"] else [])

    def sources(self):
        """The sources, as words of a command line."""
        params = self.module.params
        form = [option("as", params["form"])] if params["form"] else []
        if params.get("one_stack"):
            return [*form, *(option("compose_file", name) for name in params["source"]), "--"]
        return [*form, "--", *params["source"]]

    def compose(self):
        """
        A stack as docker_stack takes it, as words of a command line.

        Its mappings become files of a folder, in which the program then runs.
        """
        given = self.module.params["compose"]
        given = given if isinstance(given, list) else [given]
        if any(isinstance(each, dict) for each in given):
            self.folder = self.module.tmpdir
        words = ["--as=stack"]
        for number, each in enumerate(given):
            name = each if isinstance(each, str) else "compose[%d]" % number
            if isinstance(each, str) and self.folder:
                name = os.path.abspath(name)
            elif isinstance(each, dict):
                with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
                    file.write(as_yaml(each))
            elif not isinstance(each, str):
                self.module.fail_json(msg="%s: neither a path nor a mapping" % name)
            words.append(option("compose_file", name))
        if len(words) == 1:
            self.module.fail_json(msg="compose: name at least one file or mapping")
        return words

    def run(self, command, accepted=(0, FINDINGS)):
        """
        Run a command, as its words and the options and sources after them.

        Ends the module if the program fails, or could not judge something.
        """
        name, words = command[0], command[1:]
        line = [self.path, *name.split(), "--format=json", *words]
        status, out, err = self.module.run_command(line, cwd=self.folder)
        try:
            said = json.loads(out)
        except ValueError:
            said = None
        lines = err.splitlines()
        if said is None or status not in accepted:
            problems = [each for each in lines if not each.startswith("warning: ")]
            reason = "\n".join(problems).replace("error: ", "", 1) or "it ended with %d" % status
            self.module.fail_json(
                msg=shown("interlock-lint %s: %s" % (name, reason)),
                rc=status,
                cmd=line,
                unjudged=(said or {}).get("unjudged", []),
            )
        for each in lines:
            if each.startswith("warning: "):
                self.module.warn(shown(each[len("warning: ") :]))
        return said

    def routes(self, planned=()):
        """The share of each service at each host; with `planned`, once these routes are changed."""
        later = {place_of(route): route for route in planned}
        words = ["routes", *self.options(), *self.sources()]
        said = self.run(words, accepted=(0, FINDINGS, NOT_JUDGED))
        return [
            {
                "hosts": route["hosts"],
                "services": [
                    {
                        "service": each["service"],
                        "mode": standing["mode"],
                        "percent": (standing["share"] or {}).get("percent"),
                    }
                    for each, standing in standings(route, later.get(place_of(route)))
                ],
            }
            for route in said["routes"]
        ]


def place_of(route):
    """What tells a route from others."""
    return route["service_cluster"], tuple(route["hosts"])


def standings(route, planned):
    """The services of a route, with what is known of each."""
    if planned is None:
        return [(each, each["now"]) for each in route["services"]]
    return [(each, each["after"]) for each in planned["services"]]


def option(name, value):
    """An option of the program; its value may begin with a dash."""
    return "--%s=%s" % (name.replace("_", "-"), value)


def line_of(finding):
    """A finding in one line: where it is, how bad, and what is wrong."""
    where = finding["path"]
    if finding["span"] and not where.startswith("compose["):
        where += ":%d" % finding["span"]["start"]["line"]
    elif finding["services"]:
        where = "service %s" % ", ".join(finding["services"])
        where += ", label %s" % finding["label"] if finding["label"] else ""
    text = (where, finding["severity"], finding["rule"], finding["message"])
    return shown("%s: %s[%s] %s" % text)


def reasons(unjudged):
    """Why things were not judged, in one line."""
    return shown("; ".join("%s: %s" % (each["path"], each["reason"]) for each in unjudged))
