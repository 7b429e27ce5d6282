"""The commands `labels list`, `get`, `set` and `unset`."""

DESCRIPTION = "List, get, set and remove labels of services in stack files."

ACTIONS = {
    "list": "list the labels of services",
    "get": "print the value of a label",
    "set": "set labels of services",
    "unset": "remove labels from services",
}

EPILOG = """\
examples:
  interlock-lint labels list stack.yml
  interlock-lint labels list stacks/ 'shop*' --format json
  interlock-lint labels get stack.yml web port
  interlock-lint labels set stack.yml web port=8080 hosts=app.example.com
  interlock-lint labels set --write stacks/ 'shop*' network=front
  interlock-lint labels unset --write stack.yml web sticky_session_cookie
  interlock-lint labels set --write -c base.yml -c prod.yml web port=80

Run `interlock-lint labels ACTION --help` for the options of an action.
"""
