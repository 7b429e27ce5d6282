"""The entry point: starts the program, and ends it when it is interrupted."""

import atexit
import gc
import os
import sys

_INTERRUPTED = 130


def start() -> None:
    """
    Run the command line of this process, and end it.

    What others have registered for the end runs, and output is complete. But Python is not taken
    apart after that, which would take longer than to judge a file.
    """
    status = main()
    try:
        atexit._run_exitfuncs()  # noqa: SLF001 - nothing else runs them without the rest
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):  # nobody reads it any more, or it is closed
        status = status or 1
    os._exit(status)


def main(argv: list[str] | None = None) -> int:
    """
    Run the command line; the return value is the exit status.

    Without `argv`, this is the process of the command, with its arguments. An interrupt then ends
    it at once, without a traceback, wherever it is: in an import, or when Python shuts down. Only
    what is half done is finished or undone first (see `linter.files.signals`).
    """
    collecting = False
    try:
        if argv is None:
            _quit_when_interrupted()
        # No reference cycles are created, and looking for them doubles the time for a large file.
        collecting = gc.isenabled()
        gc.disable()
        from linter import program  # after that, because imports take most of a short run

        return program.run(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:
        return _INTERRUPTED
    finally:
        if argv is None:
            gc.freeze()  # so that Python does not look for any when it ends
        elif collecting:
            gc.enable()


def _quit_when_interrupted() -> None:
    import signal

    def quit_now(*_: object) -> None:
        if os.isatty(2):
            os.write(2, b"\n")  # after `^C`, and whatever else is on the line
        # Not imported: if it is not there yet, there is nothing to say.
        signals = sys.modules.get("linter.files.signals")
        if words := getattr(signals, "last_words", ""):
            os.write(2, f"{words}\n".encode())
        os._exit(_INTERRUPTED)

    # A shell starts commands in the background with interrupts ignored, and they stay so.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, quit_now)
