"""
Measures one command: runs it without input or output, and prints four numbers.

They are wall time in seconds, CPU time in seconds, peak memory in KiB, and the exit status. This is
a separate program because the kernel includes the memory of the parent process in the peak of the
process it starts. It is therefore run with `-I -S` and imports next to nothing.
"""

import os
import sys
import time


def main() -> None:
    """Run the command given by the arguments."""
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
