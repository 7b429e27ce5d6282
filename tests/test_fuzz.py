"""What `make fuzz` says, besides what its properties find."""

import subprocess
import sys

from support import ROOT


def test_no_property_among_the_named_tests_is_a_mistake():
    words = ("-q", "-m", "fuzz", "-p", "tests.fuzz", "tests/model/test_globs.py")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words], capture_output=True, text=True, cwd=ROOT
    )

    assert 0 != done.returncode
    assert "no test in tests/model/test_globs.py is marked `fuzz`" in done.stdout
