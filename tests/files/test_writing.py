"""Writing files: completely or not at all, whatever happens in the meantime."""

import errno
import fcntl
import json
import os
import shutil
import signal
import stat
import struct
import subprocess
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import PATIENCE, before, component, let_others_in

from linter.files import decoding, disk, writing

OLD = "services: {}  # old\n"
NEW = "services: {}  # new, and longer\n"
NOBODY = 65534
FAILED = "could not finish or undo the interrupted changes recorded in"

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
ENCODINGS = st.sampled_from(
    [(b"", "utf-8"), (BOM_UTF8, "utf-8"), (BOM_UTF16_LE, "utf-16-le"), (BOM_UTF16_BE, "utf-16-be")]
)


@given(TEXTS, ENCODINGS)
def test_decoded_text_is_encoded_to_the_same_bytes(text, encoding):
    mark, codec = encoding
    data = mark + text.encode(codec)
    if not mark and text.startswith("\ufeff"):
        text = text[1:]  # the byte order mark
    source = decoding.decode(data, "x")

    assert (text, data) == (source.text, decoding.encode(source, source.text))


@given(st.binary(), ENCODINGS)
def test_any_decodable_bytes_are_restored(data, encoding):
    try:
        source = decoding.decode(encoding[0] + data, "x")
    except decoding.Unreadable:
        return

    assert encoding[0] + data == decoding.encode(source, source.text)


@pytest.fixture
def folder(tmp_path):
    """A folder that any user can reach and write in."""
    let_others_in(tmp_path)
    tmp_path.chmod(0o777)
    return tmp_path


@pytest.fixture
def mounted(tmp_path):
    """Mounts a small file system each time it is called; needs root."""
    mounts = []

    def mount(name, options="size=64k"):
        path = tmp_path / name
        path.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", options, "none", str(path)]
        works = os.geteuid() == 0 and not subprocess.run(command, capture_output=True).returncode
        component("tmpfs", works, "no file system can be mounted here")
        mounts.append(path)
        return path

    yield mount
    for path in reversed(mounts):
        subprocess.run(["umount", str(path)], check=True)


def remount(path, mode):
    subprocess.run(["mount", "-o", f"remount,{mode}", str(path)], check=True)


def fill(*paths, text=OLD):
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return paths


def change(*paths, text=NEW, **options):
    """Read files and write the new text to each."""
    writing.replace([(decoding.read(str(path)), text) for path in paths], **options)


def refused(*paths, **options):
    """The file and the reason in the error."""
    with pytest.raises(writing.Unwritable) as caught:
        change(*paths, **options)
    return caught.value.path, str(caught.value)


def texts(paths):
    return [path.read_text() for path in paths]


def listing(*folders):
    return sorted(name for folder in folders for name in os.listdir(folder))


def in_child(action, *, nobody=False, wait=True):
    """The result of an action in a separate process: `done`, an error, or the signal."""
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        answer = "crashed"
        try:
            if nobody and os.geteuid() == 0:  # root may do everything
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            action()
            answer = "done"
        except writing.Unwritable as refusal:
            answer = str(refusal)
        except BaseException as error:  # noqa: BLE001 - whatever it is, the parent shows it
            answer = repr(error)
        finally:
            os.write(theirs, answer.encode())
            os._exit(0)
    os.close(theirs)

    def result():
        with open(ours) as pipe:
            answer = pipe.read()
        status = os.waitpid(child, 0)[1]
        return signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else answer

    return result() if wait else result


CHANGING = ("open", "fsync", "replace", "unlink", "utime", "chmod")


def killed_at(number, action, calls=CHANGING):
    def run():
        with before(calls, number, lambda: os.kill(os.getpid(), signal.SIGKILL)):
            action()

    return in_child(run)


def reads(paths):
    """Read files now, and return a function that writes them later."""
    sources = [(decoding.read(str(path)), NEW) for path in paths]
    return lambda **options: writing.replace(sources, **options)


# One file


def test_a_file_gets_its_new_text(tmp_path):
    (path,) = fill(tmp_path / "a.yml")
    change(path)

    assert NEW == path.read_text()
    assert ["a.yml"] == listing(tmp_path)


def test_a_file_that_keeps_its_text_is_not_touched(tmp_path):
    (path,) = fill(tmp_path / "a.yml")
    inode = path.stat().st_ino
    change(path, text=OLD, backup=".bak")

    assert inode == path.stat().st_ino
    assert ["a.yml"] == listing(tmp_path)


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664, 0o750, 0o4711])
def test_the_mode_is_kept(tmp_path, mode):
    (path,) = fill(tmp_path / "a.yml")
    path.chmod(mode)
    change(path)

    assert mode == stat.S_IMODE(path.stat().st_mode)


def test_the_time_is_that_of_the_change(tmp_path):
    (path,) = fill(tmp_path / "a.yml")
    os.utime(path, (1, 1))
    change(path, backup=".bak")

    assert 1 < path.stat().st_mtime
    assert 1 == Path(f"{path}.bak").stat().st_mtime


def test_owner_and_group_are_kept(tmp_path):
    component("root", os.geteuid() == 0, "only root can give files away")
    (path,) = fill(tmp_path / "a.yml")
    os.chown(path, 1234, 1235)
    path.chmod(0o4755)
    change(path, backup=".bak")

    for each in (path, Path(f"{path}.bak")):
        status = each.stat()
        assert (1234, 1235, 0o4755) == (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode))


def test_attributes_are_kept(tmp_path):
    (path,) = fill(tmp_path / "a.yml")
    try:
        os.setxattr(path, "user.note", b"kept")
    except OSError as error:
        pytest.skip(f"no extended attributes here: {error}")
    change(path)

    assert b"kept" == os.getxattr(path, "user.note")


def test_the_access_list_of_the_folder_does_not_apply(tmp_path):
    """A new file inherits it, but the old one was created before it."""
    (path,) = fill(tmp_path / "a.yml")
    entries = [(1, 7, -1), (2, 7, 1234), (4, 7, -1), (16, 7, -1), (32, 0, -1)]
    access = struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *entry) for entry in entries)
    try:
        os.setxattr(tmp_path, "system.posix_acl_default", access)
    except OSError as error:
        pytest.skip(f"no access lists here: {error}")
    change(path)

    assert NEW == path.read_text()
    assert "system.posix_acl_access" not in os.listxattr(path)  # there may be a label of SELinux


def test_a_symbolic_link_stays_a_link(tmp_path):
    (path,) = fill(tmp_path / "real" / "a.yml")
    link = tmp_path / "link.yml"
    link.symlink_to("real/a.yml")
    change(link, backup=".bak")

    assert link.is_symlink()
    assert NEW == path.read_text()
    assert ["a.yml", "a.yml.bak"] == listing(path.parent)


def test_a_hard_link_is_refused(tmp_path):
    (path,) = fill(tmp_path / "a.yml")
    os.link(path, tmp_path / "b.yml")

    assert (
        str(path),
        (
            "it has another hard link that would keep the old text;"
            " use symbolic links instead, or make this file a copy"
        ),
    ) == refused(path)
    assert [OLD, OLD] == texts([path, tmp_path / "b.yml"])


def test_a_file_that_is_named_twice_is_changed_once(tmp_path):
    (path,) = fill(tmp_path / "a.yml")
    (tmp_path / "link.yml").symlink_to(path)
    change(path, tmp_path / "link.yml")

    assert NEW == path.read_text()


def test_a_file_that_is_named_twice_cannot_get_two_texts(tmp_path):
    (path,) = fill(tmp_path / "a.yml")
    source = decoding.read(str(path))
    with pytest.raises(writing.Unwritable, match=r"the same file as .*name it only once"):
        writing.replace([(source, NEW), (source, NEW * 2)])

    assert OLD == path.read_text()


NAMES = ["x" * 251 + ".yml", "a\nb.yml", os.fsdecode(b"caf\xe9.yml"), "-f.yml", "é\u202e.yml"]


@pytest.mark.parametrize("name", NAMES, ids=["long", "newline", "bytes", "option", "unicode"])
def test_any_file_name(tmp_path, name):
    """For a single file, and in a journal that is read back."""
    paths = fill(tmp_path / name, tmp_path / "b.yml")
    change(paths[0])

    assert [NEW, OLD] == texts(paths)

    fill(*paths)
    assert "SIGKILL" == killed_at(2, reads(paths), ["replace"])
    assert [OLD, OLD] == texts(paths)
    assert [] != writing.recover(map(str, paths))
    assert [NEW, NEW] == texts(paths)


def test_a_relative_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    fill(Path("a.yml"), Path("b.yml"))
    change("a.yml", "b.yml")

    assert [NEW, NEW] == texts([Path("a.yml"), tmp_path / "b.yml"])


# What is refused


def test_a_file_that_changed_since_it_was_read(tmp_path):
    paths = fill(tmp_path / "a.yml", tmp_path / "b.yml")
    write = reads(paths)
    paths[1].write_text(OLD + "# edited\n")
    with pytest.raises(
        writing.Unwritable, match=r"^changed since it was read; run the command again$"
    ):
        write()

    assert [OLD, OLD + "# edited\n"] == texts(paths)
    assert ["a.yml", "b.yml"] == listing(tmp_path)


def remove_(path):
    path.unlink()


def make_folder(path):
    path.unlink()
    path.mkdir()


def make_fifo(path):
    path.unlink()
    os.mkfifo(path)


def make_loop(path):
    path.unlink()
    path.symlink_to(path)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (remove_, "no such file or directory"),
        (make_folder, "it is a folder"),
        (make_fifo, "not a regular file"),
        (make_loop, "too many levels of symbolic links"),
    ],
)
def test_a_path_that_is_no_longer_a_file(tmp_path, event, reason):
    paths = fill(tmp_path / "a.yml", tmp_path / "b.yml")
    write = reads(paths)
    event(paths[1])
    with pytest.raises(writing.Unwritable) as caught:
        write()

    assert (str(paths[1]), reason) == (caught.value.path, str(caught.value))
    assert OLD == paths[0].read_text()
    assert {"a.yml", "b.yml"} >= set(listing(tmp_path))


def test_a_text_that_was_not_read_from_a_file(tmp_path):
    for name, reason in {
        "-": "no such file or directory",
        "a\0b": "not a valid file name",
    }.items():
        with pytest.raises(writing.Unwritable, match=reason):
            writing.replace([(decoding.decode(OLD.encode(), str(tmp_path / name)), NEW)])


def test_a_character_that_cannot_be_encoded(tmp_path):
    """It can come from an argument that is not UTF-8."""
    (path,) = fill(tmp_path / "a.yml")

    assert refused(path, text="caf\udce9") == (
        str(path),
        "the new text contains a character that cannot be written, U+DCE9",
    )


def test_a_file_without_write_permission(folder):
    """Even if its folder would allow replacing it."""
    (path,) = fill(folder / "a.yml")
    path.chmod(0o444)

    assert "permission denied" == in_child(lambda: change(path), nobody=True)
    assert ["a.yml"] == listing(folder)


def test_a_folder_without_write_permission(folder):
    paths = fill(folder / "a.yml", folder / "in" / "b.yml")
    for path in paths:
        path.chmod(0o666)
        if os.geteuid() == 0:
            os.chown(path, NOBODY, NOBODY)
    paths[1].parent.chmod(0o555)
    reason = in_child(lambda: change(*paths), nobody=True)

    assert "cannot write to the folder: permission denied" == reason
    assert [OLD, OLD] == texts(paths)
    assert ["a.yml", "b.yml", "in"] == listing(folder, folder / "in")
    paths[1].parent.chmod(0o755)


def test_a_folder_that_can_be_written_but_not_listed(folder):
    (path,) = fill(folder / "in" / "a.yml")
    if os.geteuid() == 0:
        os.chown(path, NOBODY, NOBODY)
    path.parent.chmod(0o333)

    assert "done" == in_child(lambda: change(path), nobody=True)
    assert NEW == path.read_text()
    path.parent.chmod(0o755)


def test_an_owner_that_cannot_be_kept(folder):
    component("root", os.geteuid() == 0, "only root can act as another user")
    (path,) = fill(folder / "a.yml")
    path.chmod(0o666)

    assert "its owner or group would change; run the command as its owner or as root" == in_child(
        lambda: change(path, backup=".bak"), nobody=True
    )
    assert ["a.yml"] == listing(folder)


# The file system


def test_a_full_disk(mounted):
    """Noticed with the second file, when the new text of the first is already on the disk."""
    disk = mounted("disk")
    paths = fill(disk / "a.yml", disk / "b.yml", text=OLD * 600)
    path, reason = refused(*paths, text=OLD * 601, backup=".bak")

    assert (str(paths[1]), "no space left on device") == (path, reason)
    assert [OLD * 600] * 2 == texts(paths)
    assert ["a.yml", "b.yml"] == listing(disk)


def test_a_disk_that_fills_up_at_any_moment(mounted):
    """Each size of the disk fails at a different step; the last is large enough."""
    outcomes = set()
    for size in range(24, 120, 4):
        disk = mounted(f"disk-{size}", f"size={size}k")
        paths = fill(disk / "a.yml", disk / "b.yml", text=OLD * 500)
        try:
            change(*paths, text=NEW * 500, backup=".bak")
            outcomes.add("done")
            assert [NEW * 500] * 2 == texts(paths)
        except writing.Unwritable as refusal:
            outcomes.add((Path(refusal.path).name, str(refusal)))
            assert [OLD * 500] * 2 == texts(paths)
            assert ["a.yml", "b.yml"] == listing(disk)

    full = "no space left on device"
    assert {("a.yml", full), ("b.yml", full), "done"} == outcomes


def test_a_disk_without_room_for_one_more_file(mounted):
    disk = mounted("disk", "nr_inodes=3")
    (path,) = fill(disk / "a.yml")
    fill(disk / "other")

    assert (
        str(path),
        "cannot write to the folder: no space left on device",
    ) == refused(path)


def test_a_read_only_file_system(mounted):
    disk = mounted("disk")
    (path,) = fill(disk / "a.yml")
    remount(disk, "ro")

    assert (str(path), "read-only file system") == refused(path)


def test_a_file_that_is_a_mount_point(mounted, tmp_path):
    """For example a single file mounted in a container; other files are restored."""
    disk = mounted("disk")
    first, path = fill(tmp_path / "first.yml", disk / "a.yml")
    subprocess.run(["mount", "--bind", str(path), str(path)], check=True)
    try:
        name, reason = refused(first, path)
    finally:
        subprocess.run(["umount", str(path)], check=True)

    assert (
        str(path),
        (
            "device or resource busy; if the file itself is a mount, as in a container,"
            " mount its folder instead"
        ),
    ) == (name, reason)
    assert [OLD, OLD] == texts([first, path])
    assert ["a.yml", "disk", "first.yml"] == listing(tmp_path, disk)


def test_files_on_two_file_systems(mounted):
    paths = fill(mounted("one") / "a.yml", mounted("two") / "a.yml")
    change(*paths)

    assert [NEW, NEW] == texts(paths)


# Temporary files


def test_a_text_is_on_the_disk_before_the_rename(tmp_path):
    """So a power cut after the rename does not leave an empty file."""
    (path,) = fill(tmp_path / "a.yml")
    real, seen = (os.fsync, os.replace), []

    def fsync(descriptor):
        seen.append(os.fstat(descriptor).st_ino)
        real[0](descriptor)

    def replace(source, target):
        seen.append("rename")
        real[1](source, target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        patch.setattr(os, "replace", replace)
        change(path)

    assert [path.stat().st_ino, "rename", tmp_path.stat().st_ino] == seen


def test_a_temporary_name_that_is_taken(tmp_path, monkeypatch):
    """By a folder, a file, or a dangling link."""
    (path,) = fill(tmp_path / "a.yml")
    taken = [tmp_path / f".interlock-lint-{str(n) * 16}.tmp" for n in range(3)]
    taken[0].mkdir()
    taken[1].write_text("somebody's")
    taken[2].symlink_to(tmp_path / "elsewhere")
    numbers = iter([bytes.fromhex(str(n) * 16) for n in (0, 1, 2, 3)])
    monkeypatch.setattr(os, "urandom", lambda _: next(numbers))
    change(path)

    assert NEW == path.read_text()
    assert "somebody's" == taken[1].read_text()
    assert [*(each.name for each in taken), "a.yml"] == listing(tmp_path)


def test_no_name_is_free(tmp_path, monkeypatch):
    (path,) = fill(tmp_path / "a.yml")
    (tmp_path / f".interlock-lint-{'0' * 16}.tmp").mkdir()
    monkeypatch.setattr(os, "urandom", bytes)

    assert (str(path), "cannot find an unused name for a temporary file") == refused(path)


def test_temporary_files_are_private(tmp_path):
    """Even before they get the mode of the file."""
    (path,) = fill(tmp_path / "a.yml")
    path.chmod(0o600)
    modes = []

    def look():
        names = [name for name in listing(tmp_path) if name.endswith(".tmp")]
        modes.extend(stat.S_IMODE((tmp_path / name).stat().st_mode) for name in names)

    with before(["chmod"], 1, look):
        change(path)

    assert [0o600] == modes


# Backups


def test_backups(tmp_path):
    paths = fill(tmp_path / "a.yml", tmp_path / "b.yml")
    change(*paths, backup=".bak")

    assert [NEW, NEW] == texts(paths)
    assert [OLD, OLD] == texts(Path(f"{path}.bak") for path in paths)
    assert ["a.yml", "a.yml.bak", "b.yml", "b.yml.bak"] == listing(tmp_path)


def test_a_backup_is_not_overwritten(tmp_path):
    paths = fill(tmp_path / "a.yml", tmp_path / "b.yml")
    fill(tmp_path / "b.yml.bak", text="from before")

    assert (
        str(paths[1]),
        "its backup b.yml.bak already exists with different content; move it away first",
    ) == refused(*paths, backup=".bak")
    assert [OLD, OLD, "from before"] == texts([*paths, tmp_path / "b.yml.bak"])
    assert ["a.yml", "b.yml", "b.yml.bak"] == listing(tmp_path)


def test_a_backup_with_the_same_text_is_enough(tmp_path):
    path, _ = fill(tmp_path / "a.yml", tmp_path / "a.yml.bak")
    change(path, backup=".bak")

    assert [NEW, OLD] == texts([path, tmp_path / "a.yml.bak"])


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.symlink_to("elsewhere")])
def test_a_backup_that_is_not_a_file(tmp_path, make):
    (path,) = fill(tmp_path / "a.yml")
    make(tmp_path / "a.yml.bak")

    assert "its backup a.yml.bak already exists" in refused(path, backup=".bak")[1]
    assert OLD == path.read_text()


def test_a_backup_whose_name_is_too_long(tmp_path):
    (path,) = fill(tmp_path / ("x" * 255))

    assert (str(path), "file name too long") == refused(path, backup=".bak")
    assert ["x" * 255] == listing(tmp_path)


# A rename that fails


def test_a_file_that_becomes_a_folder_between_two_renames(tmp_path):
    paths = fill(tmp_path / "a.yml", tmp_path / "b.yml", tmp_path / "c.yml")
    os.utime(paths[0], (1, 1))
    # The first rename is for the journal.
    with before(["replace"], 3, lambda: make_folder(paths[1])):
        path, reason = refused(*paths)

    assert str(paths[1]) == path
    assert reason.startswith("is a directory")
    assert [OLD, OLD] == texts([paths[0], paths[2]])
    assert 1 == paths[0].stat().st_mtime
    assert ["a.yml", "b.yml", "c.yml"] == listing(tmp_path)


def test_a_file_that_is_edited_between_two_renames(tmp_path):
    """The change is noticed right before the rename, and the previous file is restored."""
    paths = fill(tmp_path / "a.yml", tmp_path / "b.yml")
    with before(["replace"], 2, lambda: paths[1].write_text("edited")):
        assert (str(paths[1]), "changed since it was read; run the command again") == refused(
            *paths
        )

    assert [OLD, "edited"] == texts(paths)
    assert ["a.yml", "b.yml"] == listing(tmp_path)


def test_a_file_that_was_edited_after_its_rename_is_not_restored(tmp_path):
    paths = fill(tmp_path / "a.yml", tmp_path / "b.yml")

    def event():
        paths[0].write_text("edited")
        make_folder(paths[1])

    with before(["replace"], 3, event):
        path, reason = refused(*paths)

    assert str(paths[1]) == path
    assert reason == f"is a directory; {paths[0]} was edited in the meantime and is left alone"
    assert "edited" == paths[0].read_text()
    assert ["a.yml", "b.yml"] == listing(tmp_path)


def test_what_cannot_be_restored_is_left_for_the_next_run(mounted, tmp_path):
    disk = mounted("disk")
    paths = fill(disk / "a.yml", tmp_path / "e.yml")

    def event():
        remount(disk, "ro")
        make_folder(paths[1])

    with before(["replace"], 4, event):
        path, reason = refused(*paths, backup="")

    assert str(paths[1]) == path
    assert reason == (
        f"is a directory; {paths[0]} was already written and cannot be restored:"
        " read-only file system; run the command again to recover"
    )
    assert NEW == paths[0].read_text()
    assert "could not finish or undo" in writing.recover([str(paths[0])])[0]

    remount(disk, "rw")
    (sentence,) = writing.recover([str(paths[1])])
    assert sentence.startswith("undid the changes of an interrupted run: ")
    assert sentence.endswith(f"; reason: {paths[1]} was edited since then")
    assert OLD == paths[0].read_text()
    assert ["a.yml", "disk", "e.yml"] == listing(disk, tmp_path)


def test_one_file_that_cannot_be_restored_does_not_keep_others_from_it(tmp_path, monkeypatch):
    paths = fill(*(tmp_path / f"{name}.yml" for name in "abc"))
    replace, tried = os.replace, []

    def failing(source, target):
        tried.append(str(target))
        again = tried.count(str(target)) > 1
        if str(target) == str(paths[2]) or (str(target) == str(paths[0]) and again):
            raise OSError(errno.EIO, os.strerror(errno.EIO), source, None, target)
        replace(source, target)

    monkeypatch.setattr(os, "replace", failing)
    _, reason = refused(*paths)
    monkeypatch.undo()

    assert f"{paths[0]} was already written and cannot be restored" in reason
    assert [NEW, OLD, OLD] == texts(paths)
    writing.recover([str(paths[0])])
    assert 1 == len(set(texts(paths)))
    assert ["a.yml", "b.yml", "c.yml"] == listing(tmp_path)


@pytest.fixture
def interruptible():
    """Interrupts work even if the tests run in the background, where they are ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("number", range(1, 6))
def test_an_interrupt_restores_everything(tmp_path, number):
    """Before any rename: of a backup, the journal or a file."""
    paths = fill(tmp_path / "a.yml", tmp_path / "b.yml")
    interrupted = before(["replace"], number, lambda: os.kill(os.getpid(), signal.SIGINT))
    with interrupted, pytest.raises(KeyboardInterrupt):
        change(*paths, backup=".bak")

    assert [OLD, OLD] == texts(paths)
    assert ["a.yml", "b.yml"] == listing(tmp_path)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_that_comes_too_late_keeps_the_backup(tmp_path):
    (path,) = fill(tmp_path / "a.yml")
    real = os.replace

    def replace(source, target):
        real(source, target)
        if target == str(path):
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "replace", replace)
        with pytest.raises(KeyboardInterrupt):
            change(path, backup=".bak")

    assert [NEW, OLD] == texts([path, tmp_path / "a.yml.bak"])
    assert ["a.yml", "a.yml.bak"] == listing(tmp_path)


# Killed


@pytest.fixture
def unsynced(monkeypatch):
    """Do not wait for the disk: a killed process, unlike a power cut, loses no written data."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


def layout(folder):
    """Three files in two folders; one of them is passed as a link."""
    folder.mkdir()
    paths = fill(folder / "a.yml", folder / "sub" / "b.yml", folder / "c.yml")
    (folder / "link.yml").symlink_to("sub/b.yml")
    return paths, [folder / "a.yml", folder / "link.yml", folder / "c.yml"]


def strays(folder):
    found = {path.name for path in folder.rglob("*")}
    return sorted(found - {"a.yml", "b.yml", "c.yml", "sub", "link.yml"})


@pytest.mark.usefixtures("unsynced")
@pytest.mark.parametrize("backup", ["", ".bak"])
def test_killed_with_one_file(tmp_path, backup):
    path = tmp_path / "a.yml"
    outcome, number = "SIGKILL", 0
    while outcome == "SIGKILL":
        number += 1
        fill(path)
        outcome = killed_at(number, lambda: reads([path])(backup=backup))

        assert path.read_text() in (OLD, NEW)
        writing.recover([str(path)])
        assert path.read_text() in (OLD, NEW)
        assert {"a.yml", f"a.yml{backup}"} >= set(listing(tmp_path))
        if backup and path.read_text() == NEW:
            assert OLD == Path(f"{path}{backup}").read_text()

    assert ("done", NEW) == (outcome, path.read_text())
    assert 5 < number < 50


@pytest.mark.slow
@pytest.mark.usefixtures("unsynced")
@pytest.mark.parametrize("given", ["all", "first", "second"])
def test_killed_with_several_files(tmp_path, given):
    """At any moment, each file is entirely old or new; recovery makes all of them the same."""
    outcome, number, sentences = "SIGKILL", 0, set()
    while outcome == "SIGKILL":
        number += 1
        folder = tmp_path / str(number)
        paths, named = layout(folder)
        outcome = killed_at(number, reads(named))
        assert {OLD, NEW} >= set(texts(paths))

        some = {"all": named, "first": named[:1], "second": named[1:2]}[given]
        said = writing.recover(map(str, some))
        sentences |= {sentence.partition(" ")[0] for sentence in said}
        assert 1 == len(set(texts(paths)))
        assert [] == writing.recover(map(str, some))
        # A run may not know the other folder before the journal exists, or after it is removed.
        if given != "all":
            now = texts(paths)
            writing.recover(map(str, named))
            assert now == texts(paths)
        assert [] == strays(folder)

        fill(*paths)
        change(*named)
        assert [NEW] * 3 == texts(paths)
        shutil.rmtree(folder)

    assert "done" == outcome
    assert {"finished", "removed"} == sentences - {"undid"}
    assert 40 < number < 200


@pytest.mark.slow
@pytest.mark.usefixtures("unsynced")
def test_killed_during_recovery(tmp_path):
    """At any moment of any recovery; the next recovery continues from there."""
    for killed in range(3, 6):  # after two journals, before each file
        for event in (lambda _: None, edit):
            outcome, number = "SIGKILL", 0
            while outcome == "SIGKILL":
                number += 1
                folder = tmp_path / f"{killed}-{number}-{event.__name__.strip('<>')}"
                paths, named = layout(folder)
                assert "SIGKILL" == killed_at(killed, reads(named), ["replace"])
                event(paths[2])
                outcome = killed_at(number, lambda: writing.recover(map(str, named)))  # noqa: B023
                writing.recover(map(str, named))

                assert [] == strays(folder)
                assert 1 == len(set(texts(paths[:2])))
                assert texts(paths[2:]) == (["edited"] if event is edit else texts(paths[:1]))
                shutil.rmtree(folder)
            assert "done" == outcome


def edit(path):
    path.write_text("edited")


# Recovery


@pytest.fixture
def cut_short(tmp_path):
    """Two files, the first new and the second old, because the run was killed."""
    paths = fill(tmp_path / "a.yml", tmp_path / "b.yml")
    assert "SIGKILL" == killed_at(3, reads(paths), ["replace"])
    assert [NEW, OLD] == texts(paths)
    return paths


def recover(paths):
    return writing.recover(map(str, paths))


def left(folder, kind):
    return [folder / name for name in listing(folder) if name.endswith(kind)]


def test_nothing_to_recover(tmp_path):
    assert [] == recover(fill(tmp_path / "a.yml"))
    assert [] == writing.recover(["nowhere/at/all.yml", "", "a\0b", str(tmp_path / "loop")])


def test_a_change_is_finished(cut_short, tmp_path):
    a, b = cut_short

    assert [f"finished the changes of an interrupted run: {a}, {b}"] == recover([b])
    assert [NEW, NEW] == texts(cut_short)
    assert ["a.yml", "b.yml"] == listing(tmp_path)
    assert [] == recover(cut_short)


def test_a_folder_that_was_moved(cut_short, tmp_path):
    moved = tmp_path.with_name(tmp_path.name + "-moved")
    tmp_path.rename(moved)

    assert 1 == len(recover([moved / "a.yml"]))
    assert [NEW, NEW] == texts(moved / path.name for path in cut_short)


def test_an_edited_file_is_left_alone_and_the_other_restored(cut_short, tmp_path):
    a, b = cut_short
    b.write_text("edited")

    assert [
        (f"undid the changes of an interrupted run: {a}, {b}; reason: {b} was edited since then")
    ] == recover(cut_short)
    assert [OLD, "edited"] == texts(cut_short)
    assert ["a.yml", "b.yml"] == listing(tmp_path)


def test_a_file_edited_after_it_was_written_is_left_alone(cut_short, tmp_path):
    """The other file gets its new text, because this one already had it."""
    cut_short[0].write_text("edited")
    recover(cut_short)

    assert ["edited", NEW] == texts(cut_short)
    assert ["a.yml", "b.yml"] == listing(tmp_path)


def test_both_edited(cut_short, tmp_path):
    a, b = cut_short
    fill(a, b, text="edited")

    assert f"{a} was edited in the meantime and is left alone" == recover(cut_short)[1]
    assert ["edited", "edited"] == texts(cut_short)
    assert ["a.yml", "b.yml"] == listing(tmp_path)


@pytest.mark.parametrize("event", [remove_, make_folder])
def test_a_deleted_file_is_not_created_again(cut_short, tmp_path, event):
    event(cut_short[1])
    recover(cut_short)

    assert OLD == cut_short[0].read_text()
    assert not cut_short[1].is_file()
    assert {"a.yml", "b.yml"} >= set(listing(tmp_path))


def test_a_lost_new_text(cut_short, tmp_path):
    for path in left(tmp_path, ".tmp"):
        if path.read_text() == NEW:
            path.unlink()

    assert f"the new text of {cut_short[1]} is lost" in recover(cut_short)[0]
    assert [OLD, OLD] == texts(cut_short)


def test_all_temporary_files_are_lost(cut_short, tmp_path):
    for path in left(tmp_path, ".tmp"):
        path.unlink()

    assert f"the old text of {cut_short[0]} is lost" == recover(cut_short)[1]
    assert [NEW, OLD] == texts(cut_short)
    assert ["a.yml", "b.yml"] == listing(tmp_path)


def test_a_temporary_file_that_somebody_edited(cut_short, tmp_path):
    for path in left(tmp_path, ".tmp"):
        path.write_text("somebody's")
    recover(cut_short)

    assert [NEW, OLD] == texts(cut_short)


def test_a_new_text_cannot_be_put_in_place(cut_short, mounted, tmp_path):
    """The first file gets its old text back."""
    mounted("unused")
    b = str(cut_short[1])
    subprocess.run(["mount", "--bind", b, b], check=True)
    try:
        said = recover(cut_short)
    finally:
        subprocess.run(["umount", b], check=True)

    assert f"reason: {b} was not written: device or resource busy" in said[0]
    assert [OLD, OLD] == texts(cut_short)
    assert ["a.yml", "b.yml", "unused"] == listing(tmp_path)


def test_no_new_change_while_another_is_incomplete(cut_short):
    reason = "an earlier run was interrupted while changing it; run the command again to recover"

    assert (str(cut_short[1]), reason) == refused(cut_short[1])
    recover(cut_short)
    change(cut_short[1], text="newer")
    assert [NEW, "newer"] == texts(cut_short)


def test_an_incomplete_change_of_another_user(cut_short, tmp_path):
    component("root", os.geteuid() == 0, "only root can give files away")
    (path,) = left(tmp_path, ".journal")
    os.chown(path, 1234, 1234)
    before = listing(tmp_path)

    assert [f"left {path} alone: it belongs to another user's run"] == recover(cut_short)
    assert before == listing(tmp_path)
    assert [NEW, OLD] == texts(cut_short)


def test_a_folder_that_lost_its_write_permission(folder):
    paths = fill(folder / "in" / "a.yml", folder / "in" / "b.yml")
    for path in (paths[0].parent, *paths):
        if os.geteuid() == 0:
            os.chown(path, NOBODY, NOBODY)

    def run():
        with before(["replace"], 3, lambda: os.kill(os.getpid(), signal.SIGKILL)):
            change(*paths)

    assert "SIGKILL" == in_child(run, nobody=True)
    paths[0].parent.chmod(0o555)

    def again():
        (sentence,) = recover(paths)
        raise writing.Unwritable("", sentence)

    (journal,) = left(folder / "in", ".journal")
    reason = in_child(again, nobody=True)
    paths[0].parent.chmod(0o755)
    assert f"{FAILED} {journal}: permission denied" == reason
    assert [NEW, OLD] == texts(paths)


GOOD = {
    "target": "../b.yml",
    "new": f".interlock-lint-{'0' * 16}.tmp",
    "old": f".interlock-lint-{'1' * 16}.tmp",
    "new_hash": "",
    "old_hash": "",
}


def test_a_journal_that_comes_with_a_repository(tmp_path):
    """It would replace a file that is not named; git lets everybody read what it creates."""
    paths = fill(tmp_path / "a.yml", tmp_path / "Makefile")
    new = tmp_path / GOOD["new"]
    new.write_text("evil")
    step = {
        **GOOD,
        "target": "Makefile",
        "new_hash": disk.hash_bytes(b"evil"),
        "old_hash": disk.hash_bytes(OLD.encode()),
    }
    journal = tmp_path / f".interlock-lint-{'0' * 16}.journal"
    journal.write_text(json.dumps({"version": 1, "steps": [step]}))

    assert recover(paths[:1]) == [
        f"left {journal} alone: it is not a valid journal; inspect it, then remove it"
    ]
    change(paths[0])
    assert [NEW, OLD] == texts(paths)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[" * 100_000,
        b"[]",
        b"5",
        b'{"version": 2, "steps": []}',
        b'{"version": 1}',
        b'{"version": 1, "steps": 5}',
        b'{"version": 1, "steps": [5]}',
        json.dumps({"version": 1, "steps": [{**GOOD, "new": "../../a.yml"}]}).encode(),
        json.dumps({"version": 1, "steps": [{**GOOD, "old": "b.yml"}]}).encode(),
        json.dumps({"version": 1, "steps": [{**GOOD, "new": 5}]}).encode(),
        json.dumps({"version": 1, "steps": [{**GOOD, "target": "a\0b"}]}).encode(),
    ],
    ids=lambda content: content[:40].decode(errors="replace"),
)
def test_a_forged_journal(tmp_path, content):
    """It is left alone, like the files it lists, and does not block other changes."""
    (path,) = fill(tmp_path / "a.yml")
    journal = tmp_path / f".interlock-lint-{'0' * 16}.journal"
    journal.write_bytes(content)
    journal.chmod(0o600)
    stray = tmp_path / f".interlock-lint-{'2' * 16}.tmp"
    stray.write_text("")

    assert recover([path]) == [
        f"left {journal} alone: it is not a valid journal; inspect it, then remove it"
    ]
    change(path)
    assert [NEW, ""] == texts([path, stray])


def test_a_journal_that_is_too_large(tmp_path):
    (path,) = fill(tmp_path / "a.yml")
    journal = tmp_path / f".interlock-lint-{'0' * 16}.journal"
    journal.touch()
    os.truncate(journal, 2**40)

    assert "not a valid journal" in recover([path])[0]


@pytest.mark.parametrize("target", ["pipe/a.yml", "pipe", "/proc/self/environ", "large.yml"])
def test_a_journal_that_names_what_nobody_should_read(tmp_path, target):
    """It comes with a repository, and must not make a run wait, or read without end."""
    (path,) = fill(tmp_path / "a.yml")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large.yml").touch()
    os.truncate(tmp_path / "large.yml", 2**40)
    journal = tmp_path / f".interlock-lint-{'0' * 16}.journal"
    journal.write_text(json.dumps({"version": 1, "steps": [{**GOOD, "target": target}]}))

    assert 1 == len(recover([path]))
    change(path)
    assert [NEW] == texts([path])


def test_a_journal_that_is_a_folder(tmp_path):
    (path,) = fill(tmp_path / "a.yml")
    (tmp_path / f".interlock-lint-{'0' * 16}.journal").mkdir()

    assert "not a valid journal" in recover([path])[0]


def test_only_files_with_temporary_names_are_removed(tmp_path):
    (path,) = fill(tmp_path / "a.yml")
    kept = [
        ".interlock-lint-0.tmp",
        ".interlock-lint.yaml",
        "b.tmp",
        f"interlock-lint-{'0' * 16}.tmp",
    ]
    fill(*(tmp_path / name for name in kept))
    folder = f".interlock-lint-{'1' * 16}.tmp"
    (tmp_path / folder).mkdir()
    stray = tmp_path / f".interlock-lint-{'0' * 16}.tmp"
    fill(stray)

    assert [f"removed {stray}, left by an interrupted run"] == recover([path])
    assert sorted([*kept, folder, "a.yml"]) == listing(tmp_path)


def test_a_temporary_file_that_cannot_be_removed(mounted):
    disk = mounted("disk")
    (path, _) = fill(disk / "a.yml", disk / f".interlock-lint-{'0' * 16}.tmp")
    remount(disk, "ro")

    assert [
        (
            f"could not remove temporary files in {disk}: cannot write to the folder:"
            " read-only file system"
        )
    ] == recover([path])


# Two runs at the same time


@pytest.fixture
def patient(monkeypatch):
    """A run waits for others as long as they take, on a disk however slow."""
    monkeypatch.setattr(disk, "_TURNS", PATIENCE * 20)


@pytest.mark.slow
@pytest.mark.usefixtures("patient")
def test_two_runs_on_the_same_files(tmp_path):
    """Both read the files before either writes: one wins, the other gets an error."""
    for _ in range(10):
        paths = fill(tmp_path / "a.yml", tmp_path / "b.yml")
        sources = [decoding.read(str(path)) for path in paths]
        runs = [
            in_child(
                lambda text=text: writing.replace([(source, text) for source in sources]),  # noqa: B023
                wait=False,
            )
            for text in ("one", "two")
        ]
        results = {text: run() for text, run in zip(("one", "two"), runs, strict=True)}

        assert ["changed since it was read; run the command again", "done"] == sorted(
            results.values()
        )
        (winner,) = (text for text, result in results.items() if result == "done")
        assert [winner, winner] == texts(paths)
        assert ["a.yml", "b.yml"] == listing(tmp_path)


@pytest.mark.usefixtures("patient")
def test_two_runs_with_folders_in_different_orders(tmp_path):
    """Neither waits for the other forever."""
    one, two = fill(tmp_path / "x" / "a.yml", tmp_path / "y" / "a.yml")
    changes = [reads(paths) for paths in ((one, two), (two, one)) * 4]
    runs = [in_child(write, wait=False) for write in changes]

    assert ["changed since it was read; run the command again"] * 7 + ["done"] == sorted(
        run() for run in runs
    )


def test_a_running_write_is_not_mistaken_for_a_killed_one(tmp_path, monkeypatch):
    paths = fill(tmp_path / "a.yml", tmp_path / "b.yml")
    here, there = os.pipe(), os.pipe()

    def stop():
        os.write(here[1], b"x")
        os.read(there[0], 1)

    def run():
        with before(["replace"], 3, stop):
            change(*paths)

    result = in_child(run, wait=False)
    os.read(here[0], 1)
    monkeypatch.setattr(disk, "_TURNS", 2)
    (journal,) = left(tmp_path, ".journal")
    busy = "another run is writing to the folder; try again when it has finished"

    assert [
        f"{FAILED} {journal}: {busy}",
        f"could not remove temporary files in {tmp_path}: {busy}",
    ] == recover(paths)
    assert (str(paths[1]), busy) == refused(paths[1])

    os.write(there[1], b"x")
    assert "done" == result()
    assert [NEW, NEW] == texts(paths)
    for end in (*here, *there):
        os.close(end)


def test_an_incomplete_change_that_another_run_completes_first(cut_short, tmp_path):
    """Its journal exists before the lock is acquired, and is gone after."""
    (journal,) = left(tmp_path, ".journal")
    real = fcntl.flock

    def flock(*arguments):
        real(*arguments)
        journal.unlink(missing_ok=True)

    with pytest.MonkeyPatch().context() as patch:
        patch.setattr(fcntl, "flock", flock)
        said = recover(cut_short)

    assert ["removed"] * 3 == [sentence.partition(" ")[0] for sentence in said]


def test_a_file_system_without_locks(tmp_path, monkeypatch):
    def flock(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", flock)
    (path,) = fill(tmp_path / "a.yml")
    change(path)

    assert NEW == path.read_text()
