"""
`make fuzz`: the properties that are marked `fuzz`, on inputs that nobody has tried before.

A plugin of pytest. Each property is run in rounds of a few inputs, which follow from its name, the
seed and the number of the round, until there are as many inputs as wanted or its time is up. What
fails is made as small as hypothesis can, in five minutes at most; the round that found it is a run
of one round with another seed. An input that never comes to an end fails too.
"""

import functools
import os
import signal
import time
import zlib

import hypothesis
import pytest

ROUND = 50
"""Inputs of one round; hypothesis tries simple ones first, and then wilder ones."""

HANGS = 60
"""Seconds after which an input counts as one that never comes to an end."""


def pytest_addoption(parser):
    group = parser.getgroup("fuzz", "make fuzz")
    group.addoption("--fuzz-seed", type=int, default=0)
    group.addoption("--fuzz-examples", type=int, default=ROUND, help="for each property, at most")
    group.addoption("--fuzz-seconds", type=float, default=0, help="in all; 0: as long as it takes")


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
    """A test that runs a property again and again, each time with another seed."""
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
    """A property that fails when an input never comes to an end."""

    def hangs(*_):
        raise TimeoutError(f"no end after {HANGS} seconds")

    @functools.wraps(test)
    def run(*arguments, **options):
        before = signal.signal(signal.SIGALRM, hangs)
        signal.alarm(HANGS)
        try:
            test(*arguments, **options)
        finally:
            signal.alarm(0)
            signal.signal(signal.SIGALRM, before)

    return run


def pytest_terminal_summary(terminalreporter, config):
    examples = min(ROUND, config.getoption("fuzz_examples"))
    for report in terminalreporter.getreports("failed"):
        seed = dict(report.user_properties).get("seed")
        terminalreporter.write_line(
            f"once more: make fuzz SEED={seed} EXAMPLES={examples} TESTS='{report.nodeid}'"
        )
