"""Real shells on a terminal of their own: lines are typed, with Tab to complete words."""

import os
import pty
import select
import shutil
import sys
import termios
import time

from support import PATIENCE, ROOT, component

PROMPT = b"ready>"
# A prompt that no echo of a typed line contains.
START = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "--no-config", "-i"],
}
SETUP = {
    "bash": "bind 'set bell-style none'; PS1='rea''dy>'",
    "zsh": "autoload -U compinit; compinit -u -D; setopt NO_BEEP; PS1='rea''dy>'",
    "fish": "function fish_prompt; printf 'rea''dy>'; end; function fish_greeting; end",
}
LOAD = {
    "bash": 'eval "$(interlock-lint completion bash)"',
    "zsh": 'eval "$(interlock-lint completion zsh)"',
    "fish": "interlock-lint completion fish | source",
}
# The same, from a folder where the shell looks by itself.
FIND = {
    "zsh": "fpath=({folder} $fpath); compinit -u -D",
    "fish": "set fish_complete_path {folder} $fish_complete_path",
}
NAMES = {"zsh": "_interlock-lint", "fish": "interlock-lint.fish"}
# The program, but when it is called by a completed line, it only records its words.
PROGRAM = """\
#!/bin/sh
case $1 in
__complete | completion) PYTHONPATH={root} exec {python} -m linter "$@" ;;
esac
printf '%s\\n' "$@" >"{record}"
"""


def require(shell):
    component(shell, shutil.which(shell), f"there is no {shell} here")


def program(folder):
    """A folder with `interlock-lint` for the PATH, and the file where it records words."""
    folder.mkdir()
    record = folder / "words"
    path = folder / "interlock-lint"
    path.write_text(PROGRAM.format(root=ROOT, python=sys.executable, record=record))
    path.chmod(0o755)
    return record


def completed(shell, typed, *, folder, work, load=None):
    """The words of a line after it was typed in a shell, in which a tab is the Tab key."""
    record = program(folder)
    environment = {
        "PATH": f"{folder}:{os.environ['PATH']}",
        "HOME": str(folder),
        "TERM": "dumb" if shell != "fish" else "xterm",
        "LC_ALL": "C.UTF-8",
    }
    child, terminal = pty.fork()
    if child == 0:
        try:
            os.chdir(work)
            os.execvpe(START[shell][0], START[shell], environment)
        finally:
            os._exit(127)
    try:
        termios.tcsetwinsize(terminal, (40, 200))
        seen = bytearray()
        for line in (SETUP[shell], load or LOAD[shell], typed):
            _type(terminal, line + "\n")
            _wait(terminal, seen)
        _type(terminal, "exit\n")
        _drain(terminal, seen)
    finally:
        os.close(terminal)
        os.waitpid(child, 0)
    text = seen.decode(errors="replace")
    assert record.exists(), text
    return record.read_text().splitlines()


def _type(terminal, text):
    os.write(terminal, text.encode())


def _wait(terminal, seen):
    """Until the next prompt."""
    end = time.monotonic() + PATIENCE
    start = len(seen)
    while PROMPT not in seen[start:]:
        assert time.monotonic() < end, seen.decode(errors="replace")
        if select.select([terminal], [], [], 1)[0]:
            seen += os.read(terminal, 65536)


def _drain(terminal, seen):
    try:
        while more := os.read(terminal, 65536):
            seen += more
    except OSError:  # the shell has ended
        pass
