"""
Builds the playground: a folder of static files in which interlock-lint runs in the browser.

It has Pyodide from its npm package, the wheel of this checkout, and the libraries of the
environment that this runs in, without what they have compiled.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from base64 import b64decode
from collections.abc import Iterator
from html import escape
from importlib import metadata
from pathlib import Path, PurePosixPath

from hatchling.builders.wheel import WheelBuilder

HERE = Path(__file__).parent
ROOT = HERE.parent

PYODIDE = "314.0.7"
INTEGRITY = (
    "sha512-0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyM"
    "cWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A=="
)
"""What npm says of that version: nothing else is used."""

RUNTIME = (
    *("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm"),
    *("python_stdlib.zip", "pyodide-lock.json"),
)
LIBRARIES = ("PyYAML", "ruamel.yaml", "idna", "Jinja2", "MarkupSafe")
PAGE = ("page.css", "page.js", "worker.js")
EXAMPLES = ("examples/mistakes.yml", "examples/canary.yml", "examples/canary-in-vip-mode.yml")


class Failed(Exception):
    """The playground cannot be built; the message says why."""


def build(destination: Path, home: str = "") -> None:
    """Write the playground to a folder; `home` is where a link to the documentation leads."""
    destination.mkdir(parents=True, exist_ok=True)
    _unpack_pyodide(destination / "pyodide")
    with tempfile.TemporaryDirectory() as folder:
        wheel = _wheel(Path(folder))
        _write_python(wheel, destination / "python.zip")
    for name in PAGE:
        shutil.copyfile(HERE / name, destination / name)
    sys.path.insert(0, str(ROOT))
    from linter import __version__, api

    (destination / "report.css").write_text(api.style(), encoding="utf-8")
    link = f'<a href="{escape(home)}">Documentation</a>' if home else ""
    footer = f"interlock-lint {__version__} on Pyodide {PYODIDE}. {link}".strip()
    page = (HERE / "index.html").read_text(encoding="utf-8").replace("{{footer}}", footer)
    (destination / "index.html").write_text(page, encoding="utf-8")
    examples = [(Path(name).name, (ROOT / name).read_text(encoding="utf-8")) for name in EXAMPLES]
    (destination / "examples.json").write_text(json.dumps(examples), encoding="utf-8")
    (destination / "licenses.txt").write_text(_licenses(), encoding="utf-8")


def _unpack_pyodide(folder: Path) -> None:
    package = ROOT / "build" / f"pyodide-{PYODIDE}.tgz"
    if not (package.exists() and _is_intact(package)):
        package.parent.mkdir(exist_ok=True)
        npm = shutil.which("npm")
        if npm is None:
            raise Failed("npm is needed to download Pyodide")
        command = [npm, "pack", "--silent", f"pyodide@{PYODIDE}"]
        done = subprocess.run(  # noqa: S603 - no shell, and npm found by its absolute path
            command, cwd=package.parent, check=False, stdout=sys.stderr
        )
        if done.returncode:
            raise Failed("npm could not download Pyodide")
        if not _is_intact(package):
            raise Failed(f"{package} is not what it should be; delete it and try again")
    folder.mkdir(exist_ok=True)
    with tarfile.open(package) as archive:
        for name in RUNTIME:
            content = archive.extractfile(f"package/{name}")
            if content is None:
                raise Failed(f"{package} contains no {name}")
            (folder / name).write_bytes(content.read())


def _is_intact(package: Path) -> bool:
    kind, _, digest = INTEGRITY.partition("-")
    return hashlib.new(kind, package.read_bytes()).digest() == b64decode(digest)


def _wheel(folder: Path) -> Path:
    builder = WheelBuilder(str(ROOT))
    return Path(next(builder.build(directory=str(folder), versions=["standard"])))


def _write_python(wheel: Path, path: Path) -> None:
    """Write everything that Python imports into one archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with zipfile.ZipFile(wheel) as packed:
            for name in packed.namelist():
                if name.startswith("linter/"):
                    archive.writestr(name, packed.read(name))
        for name in LIBRARIES:
            for file in _files(name, ".py"):
                archive.write(file.locate(), file)
        archive.write(HERE / "answers.py", "answers.py")


def _files(library: str, suffix: str) -> Iterator[metadata.PackagePath]:
    for file in metadata.files(library) or ():
        if file.suffix == suffix and ".." not in PurePosixPath(file).parts:
            yield file


def _licenses() -> str:
    """The licenses of what is in the folder."""
    parts = [
        "Python: https://docs.python.org/3/license.html\n",
        "Pyodide: Mozilla Public License 2.0, https://github.com/pyodide/pyodide\n",
        f"interlock-lint\n\n{(ROOT / 'LICENSE').read_text(encoding='utf-8')}",
    ]
    for name in LIBRARIES:
        texts = [
            file.read_text(encoding="utf-8")
            for file in metadata.files(name) or ()
            if "LICENSE" in file.name.upper()
        ]
        parts.append("\n".join([f"{name} {metadata.version(name)}\n", *texts]))
    return f"\n{'-' * 80}\n\n".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "destination", nargs="?", type=Path, default=ROOT / "build" / "site" / "playground"
    )
    parser.add_argument("--home", default="", help="where a link to the documentation leads")
    arguments = parser.parse_args()
    try:
        build(arguments.destination, arguments.home)
    except Failed as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
