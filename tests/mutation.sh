#!/bin/sh
# What mutation testing runs for each change: the tests of the rule that was changed, which mostly
# notice, and only then those of all rules.
export PYTHONDONTWRITEBYTECODE=1
run="python -m pytest -x -q -p no:cacheprovider tests/checking/test_rules.py"
rule=$(git diff --name-only | sed -n 's#^rules/\([a-z0-9][a-z0-9_]*\)\.py$#\1#p' | head -1 | tr _ -)
if [ -n "$rule" ]; then
    $run -k "[$rule]" >/dev/null 2>&1 || exit 1
fi
exec $run tests/checking/test_verdicts.py tests/checking/test_first_cases.py \
    tests/checking/test_suppress.py tests/model/test_vocabulary.py \
    tests/model/test_proxy.py tests/routing/test_routes.py
