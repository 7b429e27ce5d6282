"""Tasks in processes of their own: what comes back, what does not, and that none is left."""

import os
import signal
import subprocess
import sys
import time
from functools import partial

import pytest
from support import PATIENCE, ROOT

from linter.files import shares, workers
from linter.model.spread import Here, Lost

# Those that run the tests have threads of their own, which these copies never need.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning"),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no copies of processes here"),
]


def plain(value, tick):
    tick()
    return value, os.getpid()


def killed(_tick):
    os.kill(os.getpid(), signal.SIGKILL)


def failing(_tick):
    raise ValueError("a secret")


def without_memory(_tick):
    raise MemoryError


def forever(_tick):
    while True:
        time.sleep(PATIENCE)


@pytest.fixture
def none_is_left(monkeypatch):
    """Says whether none of the processes that were started since then is left."""
    fork, started = os.fork, []

    def observed():
        pid = fork()
        started.append(pid)
        return pid

    def check():
        assert started
        for pid in started:
            with pytest.raises(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)

    monkeypatch.setattr(os, "fork", observed)
    return check


def test_results_are_in_the_order_of_the_tasks_and_from_other_processes(none_is_left):
    ticks = []
    results = workers.run(
        [partial(plain, each) for each in "abcde"], [], 2, lambda: ticks.append(1)
    )

    assert list("abcde") == [value for value, _ in results]
    assert os.getpid() not in {pid for _, pid in results}
    assert 5 == len(ticks)
    none_is_left()


def test_large_results_arrive_whole():
    texts = [letter * 3_000_000 for letter in "ab"]
    results = workers.run([partial(plain, each) for each in texts], [], 2)

    assert texts == [value for value, _ in results]


def test_a_single_task_is_done_here():
    assert [("a", os.getpid())] == workers.run([partial(plain, "a")], [], 2)


def test_shared_objects_arrive_as_themselves_and_others_as_copies():
    shared, other = object(), ["other"]
    tasks = [lambda _: (shared, other, Here(other))] * 2
    for known, copied, here in workers.run(tasks, [shared], 2):
        assert known is shared
        assert copied == other
        assert copied is not other
        assert here.value is None


@pytest.mark.parametrize(
    ("task", "reason"),
    [
        (killed, "the process that worked on it was killed (SIGKILL)"),
        (failing, "the process that worked on it failed: ValueError"),
        (without_memory, "the process that worked on it ran out of memory"),
        (lambda _: lambda: 0, "the process that worked on it failed: "),
        (lambda _: os._exit(7), "the process that worked on it failed: exit status 7"),
    ],
)
def test_only_the_result_of_a_process_that_fails_is_lost(task, reason, none_is_left):
    before, lost, after = workers.run([partial(plain, 1), task, partial(plain, 2)], [], 2)

    assert (1, 2) == (before[0], after[0])
    assert isinstance(lost, Lost)
    assert lost.reason.startswith(reason)
    assert "secret" not in lost.reason
    none_is_left()


@pytest.mark.parametrize("name", ["fork", "pipe"])
def test_where_no_process_can_be_started_the_tasks_are_done_here(monkeypatch, name):
    def refuse():
        raise OSError

    monkeypatch.setattr(os, name, refuse)
    results = workers.run([partial(plain, each) for each in "abc"], [], 2)

    assert [(each, os.getpid()) for each in "abc"] == results


def test_no_process_is_left_when_the_caller_fails(none_is_left):
    def interrupted():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        workers.run([partial(plain, 1), forever], [], 2, interrupted)
    none_is_left()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_processes_and_then_does_what_it_did_before(number, none_is_left):
    came = []
    before = signal.signal(number, lambda *_: came.append(number))
    try:
        lost = workers.run(
            [partial(plain, 1), forever], [], 2, lambda: os.kill(os.getpid(), number)
        )
    finally:
        signal.signal(number, before)

    assert [number] == came
    assert 2 == len(lost)
    none_is_left()


def test_processes_end_when_nobody_waits_for_them():
    code = (
        "import os, signal, time\n"
        "from linter.files import workers\n"
        "def task(tick):\n"
        "    os.write(1, b'%d\\n' % os.getpid())\n"
        "    while True:\n"
        "        tick()\n"
        "        time.sleep(0.01)\n"
        "workers.run([task, task], [], 2)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as parent:
        for _ in range(2):
            parent.stdout.readline()
        parent.kill()
        # The other end of the pipe is closed when the last of them has ended.
        assert b"" == parent.stdout.read()


def test_work_is_spread_so_that_a_few_results_are_lost_with_a_process():
    def work(number):
        if number == 5:
            killed(None)
        return number

    results = workers.spread(work, [1] * 40, [], 2, lambda: None)
    lost = {number for number, each in enumerate(results) if isinstance(each, Lost)}

    assert 5 in lost
    assert 5 >= len(lost)
    assert [each for each in range(40) if each not in lost] == [
        each for each in results if not isinstance(each, Lost)
    ]


@pytest.mark.parametrize(
    ("wanted", "size", "processors", "expected"),
    [
        (shares.AUTO, 1_000, 8, 1),
        (shares.AUTO, 3_999, 8, 3),
        (shares.AUTO, 100_000, 8, 8),
        (shares.AUTO, 100_000, 1, 1),
        (1, 100_000, 8, 1),
        (5, 10, 2, 5),
        (10_000, 10, 2, shares.MOST),
    ],
)
def test_as_many_processes_as_pay(monkeypatch, wanted, size, processors, expected):
    monkeypatch.setattr(shares, "_processors", lambda: processors)
    monkeypatch.setattr(shares, "_has_threads", lambda: False)

    assert expected == shares.number(wanted, size, 1_000)


def test_one_process_where_there_are_no_copies_or_other_threads(monkeypatch):
    monkeypatch.setattr(shares, "_has_threads", lambda: True)
    assert 1 == shares.number(5, 10, 1)
    monkeypatch.setattr(shares, "_has_threads", lambda: False)
    monkeypatch.delattr(os, "fork")

    assert 1 == shares.number(5, 10, 1)


@pytest.mark.parametrize("divide", [shares.neighboring, shares.even])
@pytest.mark.parametrize("sizes", [[1], [0, 0], [1] * 10, [100, 1, 1, 1, 100], [5, 0, 0, 5]])
def test_everything_is_in_one_share(divide, sizes):
    for most in (1, 2, 3, 20):
        found = divide(sizes, most)

        assert len(found) <= most
        assert all(found)
        assert list(range(len(sizes))) == sorted(each for share in found for each in share)


def test_shares_are_about_even():
    assert [[0, 1], [2, 3]] == shares.neighboring([1, 1, 1, 1], 2)
    assert [[0], [1, 2, 3]] == shares.neighboring([9, 3, 3, 3], 2)
    assert [[1], [0, 2, 3]] == shares.even([3, 9, 3, 3], 2) or [[0, 2, 3], [1]] == shares.even(
        [3, 9, 3, 3], 2
    )
