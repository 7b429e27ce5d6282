"""A real Neovim, set up as docs/editors.md says."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest
from support import PATIENCE, ROOT, component

PAGE = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
# Before the finding, there are more bytes than units of UTF-16, and more units than characters.
LINE = '      labels: {"🚀": "", com.docker.lb.hosts: app.example.com, com.docker.lb.port: 80800}'
STACK = f"services:\n  web:\n    image: example/web\n    deploy:\n{LINE}\n"

# Waits for what the server sends, asks it about the place of the finding, and writes down both.
ASK = """
local function asked(method, params)
  local found
  for _, each in pairs(vim.lsp.buf_request_sync(0, method, params, 20000) or {}) do
    found = found or each.result
  end
  return found
end

vim.defer_fn(function()
  vim.wait(60000, function() return #vim.diagnostic.get(0) > 0 end, 20)
  local first = vim.diagnostic.get(0)[1]
  vim.api.nvim_win_set_cursor(0, { first.lnum + 1, first.col })
  local document = { uri = vim.uri_from_bufnr(0) }
  local place = { textDocument = document, position = { line = first.lnum, character = first.col } }
  local range = { start = place.position, ["end"] = place.position }
  local edited = asked("textDocument/codeAction", {
    textDocument = document, range = range, context = { diagnostics = {} },
  })
  local answers = {
    version = vim.version().minor,
    code = first.code,
    place = { first.lnum, first.col, first.end_col },
    hover = asked("textDocument/hover", place).contents.value,
    actions = vim.tbl_map(function(each) return each.title end, edited),
    symbols = asked("textDocument/documentSymbol", { textDocument = document })[1].name,
  }
  vim.api.nvim_buf_set_lines(0, first.lnum, first.lnum + 1, false, {
    "      labels: { com.docker.lb.hosts: app.example.com, com.docker.lb.port: 8080 }",
  })
  vim.wait(60000, function() return #vim.diagnostic.get(0) == 0 end, 20)
  answers.after = #vim.diagnostic.get(0)
  local file = io.open("answers.json", "w")
  file:write(vim.fn.json_encode(answers))
  file:close()
  vim.cmd("qall!")
end, 0)
"""


@pytest.mark.neovim
@pytest.mark.parametrize("name", ["neovim", "new-neovim"])
def test_it_is_set_up_as_the_page_says(tmp_path, name):
    program = os.environ.get("INTERLOCK_LINT_NEOVIM") if name == "new-neovim" else None
    if name == "neovim":
        program = shutil.which("nvim")
    component(name, program, "there is no nvim")
    section = re.search(r"^## Neovim\n(.*?)^## ", PAGE, re.DOTALL | re.MULTILINE)[1]
    new, old = re.findall(r"```lua\n(.*?)```", section, re.DOTALL)
    (tmp_path / "init.lua").write_text(
        f"if vim.fn.has('nvim-0.11') == 1 then\n{new}else\n{old}end\n", encoding="utf-8"
    )
    (tmp_path / "ask.lua").write_text(ASK, encoding="utf-8")
    (tmp_path / "stack.yml").write_text(STACK, encoding="utf-8")
    command = tmp_path / "bin" / "interlock-lint"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m linter "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{command.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        **{f"XDG_{each}_HOME": str(tmp_path) for each in ("CONFIG", "DATA", "STATE", "CACHE")},
    }
    words = ["--headless", "-u", "init.lua", "-c", "luafile ask.lua", "stack.yml"]
    done = subprocess.run(
        [program, *words],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )

    answers = json.loads((tmp_path / "answers.json").read_text(encoding="utf-8"))
    assert 0 == done.returncode, done.stderr
    start = len(LINE.partition("80800")[0].encode())  # Neovim counts bytes
    assert ["invalid-value", [4, start, start + 5]] == [answers["code"], answers["place"]]
    assert "Port that the container listens on" in answers["hover"]
    assert "Switch service web to VIP mode" in answers["actions"]
    assert "web" == answers["symbols"]
    assert 0 == answers["after"]
