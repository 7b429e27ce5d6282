# Copyright: the interlock-lint developers
# Apache-2.0 (see LICENSE)
"""Runs interlock-lint on the host, and reads what it says."""

from __future__ import annotations

import json
import os

FINDINGS = 1
MISUSED = 2
NOT_JUDGED = 3

MISSING = (
    "interlock-lint is not installed on this host; install it there, for example with "
    "ansible.builtin.pip and the name interlock-lint, or set executable"
)

ARGUMENTS = {
    "source": {"type": "list", "elements": "str"},
    "one_stack": {"type": "bool", "default": False},
    "stack_name": {"type": "str"},
    "target": {"type": "str"},
    "config": {"type": "path"},
    "env_file": {"type": "list", "elements": "path"},
    "executable": {"type": "path", "default": "interlock-lint"},
}


def words_of_name(command):
    """How many words of a command are its name; options come after them."""
    return 2 if command[0] == "labels" else 1


class Program:
    """The program, with the options of a task that all commands have."""

    def __init__(self, module):
        self.module = module
        self.path = module.get_bin_path(module.params["executable"])
        if self.path is None:
            module.fail_json(msg=MISSING)

    def options(self):
        """What is known about the sources."""
        params = self.module.params
        words = []
        for name in ("stack_name", "target", "config"):
            if params[name]:
                words += ["--" + name.replace("_", "-"), params[name]]
        for path in params["env_file"] or ():
            words += ["--env-file", path]
        return words

    def sources(self):
        """The sources, as words of a command line; those of one stack come with -c."""
        names = self.module.params["source"] or []
        if self.module.params["one_stack"]:
            return [word for name in names for word in ("-c", name)]
        return ["--", *names]

    def run(self, command, text=None, accepted=(0, FINDINGS)):
        """
        Run a command; returns its exit status and what it says.

        Ends the module if the program fails, or could not judge something.
        """
        first = words_of_name(command)
        words = [self.path, *command[:first], "--format", "json", *command[first:]]
        status, out, err = self.module.run_command(words, data=text, binary_data=False)
        try:
            said = json.loads(out)
        except ValueError:
            said = None
        if said is None or status not in accepted:
            reason = err.strip() or "it said nothing"
            self.module.fail_json(
                msg="interlock-lint %s: %s" % (" ".join(command[:first]), reason),
                rc=status,
                cmd=words,
                unjudged=(said or {}).get("unjudged", []),
            )
        return status, said

    def routes(self):
        """The share of each service at each host."""
        command = ["routes", *self.options(), *self.sources()]
        _status, said = self.run(command, accepted=(0, FINDINGS, NOT_JUDGED))
        return [
            {
                "hosts": route["hosts"],
                "services": [
                    {
                        "service": each["service"],
                        "mode": each["now"]["mode"],
                        "percent": (each["now"]["share"] or {}).get("percent"),
                    }
                    for each in route["services"]
                ],
            }
            for route in said["routes"]
        ]


def changed_files(said):
    """The files that a command changes, by the labels it says it changes."""
    places = (each["after"] or each["before"] for each in said["changes"])
    return sorted({each["path"] for each in places})


def diff_of(said):
    """The labels that change, for --diff: nothing else of a file may be shown."""

    def lines(side):
        return "".join(
            "%s %s=%s\n" % (each["service"], each["label"], each[side]["written"])
            for each in said["changes"]
            if each[side]
        )

    files = ", ".join(changed_files(said))
    return {
        "before_header": files,
        "after_header": files,
        "before": lines("before"),
        "after": lines("after"),
    }


def refusals(said):
    """What was asked for and is not done, each as a sentence."""
    refused = [each for each in said["kept"] if each["refused"]]
    sentences = (": ".join((each["service"], each["reason"])) for each in refused)
    helps = (f"; {each['help']}" if each["help"] else "" for each in refused)
    # What is an option on the command line is a parameter here.
    return [
        (sentence + remedy).replace("--force", "force=true")
        for sentence, remedy in zip(sentences, helps, strict=True)
    ]


def change(module, command):
    """Run a command that changes labels, and end the module with its result."""
    program = Program(module)
    before = program.routes()
    _status, planned = program.run(command)
    refused = refusals(planned)
    result = {
        "changed": bool(planned["changes"]),
        "changes": planned["changes"],
        "refused": refused,
        "routes_before": before,
        "routes_after": before,
    }
    if module._diff:  # noqa: SLF001 - the documented way to ask
        result["diff"] = diff_of(planned)
    if refused and not module.params.get("skip_refused"):
        module.fail_json(msg="nothing is changed: %s" % "; ".join(refused), **result)
    if planned["changes"] and not module.check_mode:
        if module.params.get("backup"):
            paths = [each for each in changed_files(planned) if os.path.isfile(each)]
            result["backup_files"] = [os.path.abspath(module.backup_local(path)) for path in paths]
        first = words_of_name(command)
        _status, written = program.run([*command[:first], "--write", *command[first:]])
        result["changes"] = written["changes"]
        result["routes_after"] = program.routes()
    module.exit_json(**result)
