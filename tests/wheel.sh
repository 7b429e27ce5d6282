#!/bin/sh
# Builds the wheel and runs tests against it, installed, outside of the checkout: those that need
# every module, rule, schema and template, and take no minutes.
# BIN is the folder of a Python environment with the development tools.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$BIN/python" -m build --quiet --outdir "$work/dist" "$here"
"$BIN/python" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    "$(echo "$work"/dist/*.whl)[test]"

# Everything but the code, which must come from the wheel.
mkdir "$work/tests-only"
(cd "$here" && git ls-files --cached --others --exclude-standard) |
    grep -v -E '^(linter|rules)/' |
    (cd "$here" && tar -c -T -) | tar -x -C "$work/tests-only"
cd "$work/tests-only"
git init --quiet  # as in a clone, because the examples in the documents ask git
"$work/venv/bin/python" -c 'import linter, sys; sys.exit("tests-only" in linter.__file__)'
INTERLOCK_LINT_REQUIRE='' INTERLOCK_LINT_CORPUS='' INTERLOCK_LINT_ORACLE='' INTERLOCK_LINT_CHANGES='' \
    "$work/venv/bin/python" -m pytest -q -p no:cacheprovider -n auto -m "not slow" \
    tests/checking tests/commands tests/report tests/server tests/test_api.py tests/test_schemas.py
