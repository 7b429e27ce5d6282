"""Finds the configuration of each file, and keeps its settings."""

from __future__ import annotations

import os

from linter.files.overwriting import Reports
from linter.files.request import Request
from linter.files.settings import BaselineFile, Settings, UsageError, find


class Configurations:
    """
    The settings for files, from their configurations and the command line.

    `rules` are the names that exist; none of the files that a configuration names may be written
    over with a report.
    """

    def __init__(self, request: Request, rules: frozenset[str], reports: Reports) -> None:
        self.request = request
        self.rules = rules
        self._reports = reports
        self._found: dict[str, str | None] = {}
        self._settings_by_path: dict[str | None, Settings] = {}
        self._settings_by_folder: dict[str, Settings] = {}

    def of(self, name: str) -> Settings:
        """The settings for a file: the nearest configuration, overridden by the command line."""
        return self.of_folder(os.path.dirname(name))

    def of_folder(self, folder: str) -> Settings:
        """The settings for what is in a folder, or for what is in no file."""
        settings = self._settings_by_folder.get(folder)
        if settings is None:
            settings = self._settings_of(os.path.abspath(folder))
            self._settings_by_folder[folder] = settings
        return settings

    def _settings_of(self, folder: str) -> Settings:
        request = self.request
        found = request.config
        if found is None and not request.isolated:
            found = find(folder, self._found)
        if found not in self._settings_by_path:
            settings = self._load(found) if found else Settings()
            if request.baseline is not None:
                settings = settings._replace(baseline=BaselineFile(request.baseline))
            self._reports.must_not_be(
                found,
                settings.proxy.path if settings.proxy else None,
                settings.baseline.path if settings.baseline else None,
            )
            for stack in settings.stacks:
                self._reports.must_not_be(*stack.files, stack.env_file)
            self._settings_by_path[found] = settings._replace(
                target=request.target or settings.target,
                proxy=request.proxy or settings.proxy,
                fail_on=request.fail_on or settings.fail_on,
            )
        return self._settings_by_path[found]

    def _load(self, path: str) -> Settings:
        from linter.files import config_file

        given = path == self.request.config
        try:
            return config_file.load(path, self.rules, given=given)
        except UsageError as error:
            raise UsageError(f"--config: {error}" if given else str(error)) from None
