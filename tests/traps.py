"""Repositories that make git run a program, by everything that git can be configured to run."""

import os
import shutil
import subprocess

from support import BAD

# Every key of git that names a program, or makes git look for one. `{}` is the program.
KEYS = {
    "alias.ls-files": "!{}",
    "alias.show": "!{}",
    "browser.x.cmd": "{}",
    "core.alternateRefsCommand": "{}",
    "core.askPass": "{}",
    "core.editor": "{}",
    "core.fsmonitor": "{}",
    "core.gitProxy": "{}",
    "core.hooksPath": "hooks",
    "core.pager": "{}",
    "core.sshCommand": "{}",
    "credential.helper": "!{}",
    "credential.https://example.com.helper": "!{}",
    "diff.external": "{}",
    "diff.x.command": "{}",
    "diff.x.textconv": "{}",
    "difftool.x.cmd": "{}",
    "filter.x.clean": "{}",
    "filter.x.process": "{}",
    "filter.x.smudge": "{}",
    "gc.recentObjectsHook": "{}",
    "gpg.openpgp.program": "{}",
    "gpg.program": "{}",
    "gpg.ssh.defaultKeyCommand": "{}",
    "gpg.ssh.program": "{}",
    "gpg.x509.program": "{}",
    "guitool.x.cmd": "{}",
    "http.proxy": "{}",
    "imap.tunnel": "{}",
    "instaweb.httpd": "{}",
    "interactive.diffFilter": "{}",
    "man.x.cmd": "{}",
    "merge.x.driver": "{}",
    "mergetool.x.cmd": "{}",
    "pager.ls-files": "{}",
    "pager.show": "{}",
    "receive.procReceiveRefs": "refs",
    "remote.origin.receivepack": "{}",
    "remote.origin.uploadpack": "{}",
    "remote.origin.url": "ext::{}",
    "remote.origin.vcs": "ext",
    "sendemail.toCmd": "{}",
    "sequence.editor": "{}",
    "submodule.sub.update": "!{}",
    "tar.x.command": "{}",
    "trailer.x.cmd": "{}",
    "trailer.x.command": "{}",
    "uploadpack.packObjectsHook": "{}",
    "web.browser": "x",
}
# What makes git use more of them.
ALSO = {
    "core.gitProxy": {"remote.origin.url": "git://127.0.0.1/x"},
    "core.sshCommand": {"remote.origin.url": "ssh://127.0.0.1/x"},
    "gpg.openpgp.program": {"log.showSignature": "true"},
    "gpg.program": {"log.showSignature": "true"},
    "remote.origin.uploadpack": {"remote.origin.url": "."},
    "remote.origin.url": {"protocol.ext.allow": "always"},
    "remote.origin.vcs": {"protocol.ext.allow": "always", "remote.origin.url": "{}"},
    "web.browser": {"browser.x.cmd": "{}"},
}
SIGNED = """\
tree {tree}
author t <t@example.com> 1700000000 +0000
committer t <t@example.com> 1700000000 +0000
gpgsig -----BEGIN PGP SIGNATURE-----
 AAAA
 -----END PGP SIGNATURE-----

signed
"""


def plain(folder, *words, **options):
    """Git as anybody calls it."""
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, **options)


def configure(repository, settings):
    for key, value in settings.items():
        plain(repository, "config", key, value, check=True)


def program(folder):
    """A program that leaves a mark."""
    path = folder / "program"
    path.write_text('#!/bin/sh\necho run > "$MARK"\n')
    path.chmod(0o755)
    return path


def arm(repository, key, program):
    """Set a key so that git would run the program."""
    words = {key: KEYS[key], **ALSO.get(key, {})}
    configure(repository, {name: text.format(program) for name, text in words.items()})


def repository(folder, program):
    """
    A repository with a signed commit, attributes, hooks, and a remote that promises objects.

    The blob of `missing.yml` is missing, so git would ask the remote for it.
    """
    (folder / "stack.yml").write_text(BAD)
    (folder / ".gitattributes").write_text("* filter=x diff=x merge=x\n")
    (folder / ".gitignore").write_text("/build/\n")

    def git(*words, text=""):
        return plain(folder, *words, input=text, text=True, check=True).stdout.strip()

    git("init", "-q")
    git("add", "-A")
    commit = SIGNED.format(tree=git("write-tree"))
    git("update-ref", "HEAD", git("hash-object", "-t", "commit", "-w", "--stdin", text=commit))
    blob = git("hash-object", "-w", "--stdin", text="missing")
    tree = git("mktree", text=f"100644 blob {blob}\tmissing.yml\n")
    git("update-ref", "refs/tags/partial", tree)
    (folder / ".git/objects" / blob[:2] / blob[2:]).unlink()
    for hooks in (folder / ".git/hooks", folder / "hooks"):
        hooks.mkdir(exist_ok=True)
        for name in ("post-index-change", "reference-transaction", "fsmonitor-watchman"):
            shutil.copy(program, hooks / name)
    configure(
        folder,
        {
            "core.repositoryFormatVersion": "1",
            "extensions.partialClone": "origin",
            "remote.origin.promisor": "true",
            "remote.origin.url": "https://127.0.0.1:9/",
        },
    )
    os.utime(folder / "stack.yml", (1, 1))  # so that git would compare its content
    return folder
