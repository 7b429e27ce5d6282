"""Fixtures that several tests use."""

import os

import pytest

from linter import cli
from linter.files import reach, settings


@pytest.fixture(autouse=True)
def _known_surroundings(monkeypatch):
    """No settings of the machine, and no configuration that another test has found."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    settings.configuration_in.cache_clear()
    reach.is_repository.cache_clear()


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    """An empty folder to work in; call it with paths and contents to fill it."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def fill(files):
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder

    return fill


@pytest.fixture
def run(capsys):
    """The command line: exit status, standard output, standard error."""

    def run(*arguments):
        try:
            status = cli.main(list(map(os.fspath, arguments)))
        except SystemExit as error:  # argparse leaves so
            status = error.code
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run
