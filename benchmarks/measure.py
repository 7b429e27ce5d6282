"""
Knows what one command takes: runs it without input and output, and prints four numbers.

They are seconds of wall time, seconds of CPU time, peak memory in KiB and the exit status. This is
a program of its own because the kernel counts the memory of whoever starts a process into that
process's peak; so it is run with `-I -S` and imports next to nothing.
"""

import os
import sys
import time


def main() -> None:
    """Run the command that the arguments are."""
    command = sys.argv[1:]
    silent = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_RDWR, 0) for stream in range(3)]
    start = time.perf_counter()
    process = os.posix_spawn(command[0], command, os.environ, file_actions=silent)
    _, status, usage = os.wait4(process, 0)
    wall = time.perf_counter() - start
    cpu = usage.ru_utime + usage.ru_stime
    memory = usage.ru_maxrss // (1024 if sys.platform == "darwin" else 1)
    print(wall, cpu, memory, os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
