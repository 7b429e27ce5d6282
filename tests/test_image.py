"""The container image: its Dockerfile, and where an engine runs, what it does."""

import importlib.metadata
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import engine
import pytest
from support import BAD, GOOD, ROOT, component, let_others_in, program

RUNTIME = ("PyYAML", "ruamel.yaml", "jsonschema", "docker", "idna", "Jinja2")


def test_the_dockerfile_has_no_finding():
    hadolint = program("hadolint")
    component("hadolint", hadolint, "there is no hadolint here")
    result = subprocess.run([hadolint, ROOT / "Dockerfile"], capture_output=True, encoding="utf-8")

    assert (0, "") == (result.returncode, result.stdout + result.stderr)


def test_only_wheels_reach_the_image():
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8")

    assert ["*", "!dist/*.whl"] == ignored.split()


# -- Built and used ------------------------------------------------------------------------------


def requirements(names):
    """Distributions with all that they need."""
    found = {}
    for name in names:
        distribution = importlib.metadata.distribution(name)
        found[distribution.metadata["Name"]] = distribution
        for text in distribution.requires or ():
            needed, _, marker = text.partition(";")
            if "extra" not in marker:
                word = needed.split("[")[0].split("<")[0].split(">")[0].split("=")[0]
                try:
                    found |= requirements([word.split("!")[0].split("~")[0].strip(" (")])
                except importlib.metadata.PackageNotFoundError:
                    assert marker, text  # for another platform or version
    return found


def pack(distribution, folder):
    """The wheel of a distribution, from its installed files."""
    wheel = distribution.read_text("WHEEL")
    tag = next(line.split()[1] for line in wheel.splitlines() if line.startswith("Tag:"))
    name = distribution.metadata["Name"].replace("-", "_")
    with zipfile.ZipFile(folder / f"{name}-{distribution.version}-{tag}.whl", "w") as archive:
        for path in distribution.files:
            if not str(path).startswith("..") and "__pycache__" not in str(path):
                archive.write(distribution.locate_file(path), str(path))


def libraries(path):
    """The shared libraries of a program, and the loader."""
    listed = subprocess.run(["ldd", path], capture_output=True, encoding="utf-8").stdout
    return {word for word in listed.split() if word.startswith("/") and os.path.exists(word)}


def root_file_system(archive):
    """A system that has Python, a shell and nothing else."""
    prefix = Path(sys.base_prefix)
    left_out = {"__pycache__", "test", "tests", "idlelib", "tkinter", "turtledemo", "site-packages"}

    def keep(member):
        member.mode |= 0o555 if member.isdir() or member.mode & 0o100 else 0o444
        member.uid = member.gid = 0
        return member

    programs = [os.path.realpath(sys.executable), "/bin/sh"]
    stdlib = Path(sysconfig.get_path("stdlib"))
    modules = [str(path) for path in (stdlib / "lib-dynload").glob("*.so")]
    modules += [
        str(distribution.locate_file(path))
        for distribution in requirements(RUNTIME).values()
        for path in distribution.files
        if path.suffix == ".so"
    ]
    needed = {library for path in [*programs, *modules] for library in libraries(path)}
    with tarfile.open(archive, "w") as tar:
        for path in sorted(needed | set(programs)):
            tar.add(os.path.realpath(path), path, filter=keep)
        for folder, folders, files in os.walk(stdlib):
            folders[:] = [
                each for each in folders if each not in left_out and "config-" not in each
            ]
            for name in files:
                tar.add(os.path.join(folder, name), filter=keep, recursive=False)
        pip = Path(importlib.metadata.distribution("pip").locate_file("pip"))
        tar.add(pip, stdlib / "site-packages" / "pip", filter=keep)
        for link in ("/usr/bin/python3", f"{prefix}/bin/python3"):
            if link != programs[0]:
                member = tarfile.TarInfo(link)
                member.type, member.linkname = tarfile.SYMTYPE, programs[0]
                tar.addfile(member)


@pytest.mark.docker_engine
def test_the_image_is_built_from_wheels_and_checks_what_is_mounted(tmp_path):
    engine.require()
    component("docker-engine", shutil.which("ldd"), "there is no ldd here")
    context = tmp_path / "context"
    shutil.copytree(ROOT / "linter", context / "linter")
    for name in ("rules", "schemas", "docs"):
        shutil.copytree(ROOT / name, context / name)
    for name in ("Dockerfile", ".dockerignore", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, context)
    built = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", context],
        capture_output=True,
        encoding="utf-8",
    )
    assert 0 == built.returncode, built.stdout + built.stderr
    for distribution in requirements(RUNTIME).values():
        pack(distribution, context / "dist")
    root_file_system(tmp_path / "base.tar")
    work = tmp_path / "work"
    work.mkdir()
    (work / "good.yml").write_text(GOOD)
    (work / "bad.yml").write_text(BAD)
    let_others_in(work)
    with engine.swarm() as docker:

        def succeed(*words):
            result = docker(*words)
            assert 0 == result.returncode, result.stdout + result.stderr
            return result.stdout.strip()

        def lint(*words):
            mounted = ("--volume", f"{work}:/work:ro")
            return docker("run", "--rm", "--network", "none", *mounted, "interlock-lint", *words)

        succeed("import", "--change", "ENV PATH=/usr/bin:/bin", str(tmp_path / "base.tar"), "base")
        arguments = ("--build-arg", "BASE=base", "--build-arg", "PIP_NO_INDEX=1")
        succeed("build", "--network", "none", *arguments, "--tag", "interlock-lint", str(context))
        good, bad = lint("check", "good.yml"), lint("check", "-f", "concise", "bad.yml")
        user = succeed("image", "inspect", "--format", "{{.Config.User}}", "interlock-lint")
        sizes = [
            int(succeed("image", "inspect", "--format", "{{.Size}}", name))
            for name in ("base", "interlock-lint")
        ]

    assert (0, "no findings in 1 file, 1 service\n") == (good.returncode, good.stdout), good.stderr
    assert (1, "bad.yml:7:29: error[invalid-value]") == (bad.returncode, bad.stdout[:34]), (
        bad.stderr
    )
    assert "65532:65532" == user
    assert sizes[1] - sizes[0] < 40 * 1024**2
