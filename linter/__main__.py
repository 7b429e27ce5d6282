"""`python -m linter` is `interlock-lint`."""

from linter.cli import main

raise SystemExit(main())
