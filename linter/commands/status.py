"""Exit statuses, the same for every command and format."""

FINDINGS = 1
MISUSED = 2
NOT_JUDGED = 3

DESCRIPTION = """\
exit status:
  0  no findings at or above the threshold (--fail-on)
  1  findings
  2  invalid usage or configuration
  3  something could not be judged: unreadable, not YAML, no mapping at the top
"""
