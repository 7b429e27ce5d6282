"""
`make fuzz` runs the properties that are marked `fuzz` on new inputs.

This is a pytest plugin. It runs each property in rounds of a few inputs, until it has tried enough
or the time is up. The inputs of a round follow from the name of the property, the seed and the
number of the round. Hypothesis reduces an input that fails, for five minutes at most. To see the
failure again, run a single round with the seed that is printed. An input that hangs fails too.
"""

import functools
import os
import signal
import time
import zlib

import hypothesis
import pytest

ROUND = 50
"""Inputs of one round; hypothesis begins each with simple ones."""

HANGS = 10
"""Seconds of CPU time after which an input is said to hang."""

WAITS = 60
"""Seconds after which it is said to wait for something; a busy machine is slow too."""


def pytest_addoption(parser):
    group = parser.getgroup("fuzz", "make fuzz")
    group.addoption("--fuzz-seed", type=int, default=0)
    group.addoption("--fuzz-examples", type=int, default=ROUND, help="for each property, at most")
    group.addoption("--fuzz-seconds", type=float, default=0, help="in total; 0 for no limit")


def pytest_configure(config):
    hypothesis.settings.register_profile(
        "fuzz",
        hypothesis.settings.get_profile("same"),
        derandomize=False,
        max_examples=min(ROUND, config.getoption("fuzz_examples")),
    )
    hypothesis.settings.load_profile("fuzz")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    seconds = config.getoption("fuzz_seconds") * workers / max(len(items), 1)
    for item in items:
        handle = item.obj.hypothesis
        handle.inner_test = _ends(handle.inner_test)
        item.obj = _rounds(item, seconds)


def _rounds(item, seconds):
    """A test that runs a property round by round, each with its own seed."""
    test, seed = item.obj, item.config.getoption("fuzz_seed")
    rounds = -(-item.config.getoption("fuzz_examples") // ROUND)

    @functools.wraps(test)
    def run(*arguments, **options):
        end = time.monotonic() + seconds
        for number in range(seed, seed + rounds):
            if seconds and time.monotonic() > end:
                break
            hypothesis.seed(zlib.crc32(f"{number} {item.nodeid}".encode()))(test)
            item.user_properties[:] = [("seed", number)]
            test(*arguments, **options)

    return run


def _ends(test):
    """A property that fails if an input hangs."""

    def hangs(number, _):
        most = f"{HANGS} seconds of CPU time" if number == signal.SIGPROF else f"{WAITS} seconds"
        pytest.fail(f"still running after {most}")  # which no `except Exception` catches

    @functools.wraps(test)
    def run(*arguments, **options):
        limits = (
            (signal.SIGALRM, signal.ITIMER_REAL, WAITS),
            (signal.SIGPROF, signal.ITIMER_PROF, HANGS),
        )
        before = [signal.signal(number, hangs) for number, _, _ in limits]
        for _, timer, seconds in limits:
            signal.setitimer(timer, seconds)
        try:
            test(*arguments, **options)
        finally:
            for (number, timer, _), handler in zip(limits, before, strict=True):
                signal.setitimer(timer, 0)
                signal.signal(number, handler)

    return run


def pytest_terminal_summary(terminalreporter, exitstatus, config):
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
        where = " ".join(config.args)
        terminalreporter.write_line(f"nothing to try: no test in {where} is marked `fuzz`")
    examples = min(ROUND, config.getoption("fuzz_examples"))
    for report in terminalreporter.getreports("failed"):
        seed = dict(report.user_properties).get("seed")
        terminalreporter.write_line(
            f"see it again: make fuzz SEED={seed} EXAMPLES={examples} TESTS='{report.nodeid}'"
        )
