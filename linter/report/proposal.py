"""The text of a proposed configuration."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from linter.files.proposal import Proposal
from linter.model.words import listed
from linter.report.lines import count

_PLAIN = re.compile(r"[\w.][\w./-]*", re.ASCII)


def as_text(proposal: Proposal, folder: str) -> str:
    """The configuration file for a folder; names of files are relative to it."""
    blocks = (
        ["# Settings of interlock-lint for the stack files in this folder and below."],
        _target(proposal, folder),
        _proxy_config(proposal, folder),
        _stacks(proposal, folder),
    )
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _target(proposal: Proposal, folder: str) -> Iterator[str]:
    if proposal.target and proposal.proxy_config:
        source = _relative(proposal.proxy_config, folder)
        yield f"# Product version that the stacks run on, from the images in {source}."
        yield f"target: {proposal.target}"
    else:
        yield "# Product version that the stacks run on, ucp-3.0 to mke-3.9. With it, labels and"
        yield "# modes that this version does not have are reported."
        yield "# target: mke-3.8.16"


def _proxy_config(proposal: Proposal, folder: str) -> Iterator[str]:
    yield "# Interlock's own configuration, with the service clusters that exist."
    if proposal.proxy_config:
        yield f"proxy-config: {_scalar(_relative(proposal.proxy_config, folder))}"
    else:
        yield "# proxy-config: interlock.toml"


def _stacks(proposal: Proposal, folder: str) -> Iterator[str]:
    yield "# Files that make up one stack, in the order of `docker stack deploy -c`. Every"
    yield "# other file is a stack of its own. Add `name: shop` to a stack if it is always"
    yield "# deployed under this name, and `env-file: prod.env` for its variables."
    if not proposal.entries:
        yield "# stacks:"
        yield "#   - files: [docker-compose.yml, docker-compose.prod.yml]"
        return
    yield "stacks:"
    for entry in proposal.entries:
        files = ", ".join(_scalar(_relative(path, folder)) for path in entry.files)
        yield f"  - files: [{files}]"
        if entry.env_file:
            if os.path.basename(entry.env_file) == ".env":
                yield "    # `docker stack deploy` does not read .env: export its variables first."
            yield f"    env-file: {_scalar(_relative(entry.env_file, folder))}"


def _relative(path: str, folder: str) -> str:
    return os.path.relpath(path, folder).replace(os.sep, "/")


def _scalar(text: str) -> str:
    """A text as YAML, in quotes if it needs them."""
    return text if _PLAIN.fullmatch(text) else "'" + text.replace("'", "''") + "'"


def summary(proposal: Proposal) -> str:
    """What is proposed, in a few words."""
    files = {path for each in proposal.entries for path in each.files}
    variables = {each.env_file for each in proposal.entries if each.env_file}
    stacks = f"{count(len(proposal.entries), 'stack')} in {count(len(files), 'file')}"
    parts = [
        *([stacks] if files else []),
        *([f"{count(len(variables), 'file')} with variables"] if variables else []),
        *(["Interlock's own configuration"] if proposal.proxy_config else []),
        *([f"the target {proposal.target}"] if proposal.target else []),
    ]
    if parts:
        return f"found {listed(parts)}"
    read = f"found {count(proposal.stack_files, 'stack file')}"
    if not proposal.labelled:
        return f"{read} without labels of Interlock"
    return f"{read}, each a stack of its own" if proposal.stack_files > 1 else read
