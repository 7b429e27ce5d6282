# Copyright: the interlock-lint developers
# Apache-2.0 (see LICENSE)
"""How the modules that change labels do it, and what they return."""

from __future__ import annotations

import os
import time

from ansible_collections.interlock.lint.plugins.module_utils.program import (
    ARGUMENTS,
    PARAMETERS,
    Program,
    option,
    shown,
)

CHANGING = dict(
    ARGUMENTS,
    source={"type": "list", "elements": "path", "required": True},
    form={"type": "str"},
    one_stack={"type": "bool", "default": False},
    backup={"type": "bool", "default": False},
)


def change(module, command, options, words=()):
    """Run a command that changes labels, and end the module with its result."""
    program = Program(module)
    line = [command, *options, *program.options(), *program.sources(), *words]
    before = program.routes()
    planned = program.run(line)
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
        result["changed"] = False
        module.fail_json(msg="nothing is changed: %s" % "; ".join(refused), **result)
    if planned["changes"] and not module.check_mode:
        result.update(written(module, program, line, planned))
    elif planned["changes"]:
        # Of a switch, the program says what becomes of the routes; of other labels, it does not.
        result["routes_after"] = program.routes(planned["routes"]) if planned["routes"] else None
    module.exit_json(**result)


def written(module, program, line, planned):
    """Make the changes; returns what is known then."""
    files, record = files_of(planned), record_for(module)
    keeps = module.params["backup"]
    copies = [os.path.abspath(module.backup_local(path)) for path in files] if keeps else []
    command, *words = line
    said = program.run([command, "--write", option("record", record), *words])
    if os.path.exists(record):  # only of what runs in a swarm
        if keeps:
            copies.append(record)
        else:
            os.unlink(record)
    found = {"changes": said["changes"], "routes_after": program.routes()}
    return dict(found, backup_files=copies) if keeps else found


def record_for(module):
    """
    Where the program writes what takes the change of a swarm back.

    If the change fails halfway, the record stays, and the message names it.
    """
    home = os.path.expanduser("~")
    folder = home if os.access(home, os.W_OK) else module.tmpdir
    name = time.strftime("interlock-lint-undo-%Y%m%d-%H%M%S")
    return os.path.join(folder, "%s-%d.json" % (name, os.getpid()))


def files_of(said):
    """The files that a command changes."""
    return sorted({each["path"] for each in said["files"]})


def diff_of(said):
    """The labels that change, for --diff: nothing else of a file may be shown."""
    places = (each["after"] or each["before"] for each in said["changes"])
    title = shown(", ".join(sorted({each["path"] for each in places})))

    def lines(side):
        return "".join(
            shown("%s %s=%s" % (each["service"], each["label"], each[side]["written"])) + "\n"
            for each in said["changes"]
            if each[side]
        )

    return {
        "before_header": title,
        "after_header": title,
        "before": lines("before"),
        "after": lines("after"),
    }


def refusals(said):
    """What was asked for and is not done, each as a sentence."""
    found = []
    for each in said["kept"]:
        if each["refused"]:
            advice = "; %s" % PARAMETERS.sub(parameter, each["help"]) if each["help"] else ""
            found.append(shown("%s: %s%s" % (each["service"], each["reason"], advice)))
    return found


def parameter(found):
    """An option of the program, as a parameter of the module."""
    name, value = found.group(1).replace("-", "_"), found.group(2)
    if name in ("force", "drop_sticky"):
        value = "true"
    return "%s=%s" % (name, value) if value else name
