#!/bin/sh
# What mutation testing runs for each change: the tests of the rule that was changed, which mostly
# notice, and only then those of all rules.
export PYTHONDONTWRITEBYTECODE=1
run="python -m pytest -x -q -p no:cacheprovider tests/test_rules.py"
rule=$(git diff --name-only | sed -n 's#^rules/\([a-z0-9][a-z0-9_]*\)\.py$#\1#p' | head -1 | tr _ -)
if [ -n "$rule" ]; then
    $run -k "[$rule]" >/dev/null 2>&1 || exit 1
fi
exec $run tests/test_golden.py tests/test_labels.py tests/test_seed.py tests/test_suppress.py \
    tests/test_proxy.py tests/test_routes.py
