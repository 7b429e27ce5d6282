"""`python -m linter` is `interlock-lint`."""

try:
    from linter.cli import start

    start()
except KeyboardInterrupt:  # before `main` takes care of it
    raise SystemExit(130) from None
