"""Where do the published files of a log come from: a folder, or a zip somebody sent?

1. Only regular files below the root are read. No link is followed, neither at the end of a
   path nor within it; a link, a pipe or a device is refused as no file.
2. Every reading has a limit, and no more than that is ever in memory.
3. A zip is refused as a whole where its names could be read two ways (twice the same, one
   that leaves the folder, file and folder alike), where files lie over each other, or where
   it would unfold to far more than it is.
4. A zip made by a person may have one folder around everything.
5. Both can be pickled: another process opens them anew by their path.

Source: PKWARE APPNOTE 6.3, sections 4.3 and 4.4 (zip).
"""

from __future__ import annotations

import errno
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from showclear.ledger.errors import EvidenceError, StorageError
from showclear.ledger.verify_source import LogSource

CHUNK_BYTES: Final = 1 << 20
UNFOLDED_TIMES_MAX: Final = 100
UNFOLDED_BYTES_FREE: Final = 256 << 20
"""A zip may unfold to a hundred times its size, and this much in any case."""
MEMBERS_MAX: Final = 1_000_000

_LOCAL_HEADER_BYTES: Final = 30
_ENCRYPTED: Final = 0x1
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_READING: Final = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


def open_source(path: Path) -> LogSource:
    """Open a folder or a zip.

    Raises:
        EvidenceError: It is neither, or a zip that is refused.
        StorageError: It cannot be opened.
    """
    if path.is_dir():
        return FolderSource(path)
    if not path.exists():
        raise EvidenceError("not-found", "there is nothing of that name.", where=str(path))
    return ZipSource(path)


def _too_large(name: str, limit: int) -> EvidenceError:
    return EvidenceError(
        "too-large", f"has more than the {limit:,} bytes that such a file can have", where=name
    )


def _not_a_file(name: str) -> EvidenceError:
    return EvidenceError(
        "not-a-file", "is no plain file, or lies behind a link: nothing was read there", where=name
    )


def _plain(name: str) -> bool:
    """Whether a name stays below the root however it is read."""
    parts = name.split("/")
    return (
        not any(sign in name for sign in "\\\0")
        and not any(part in ("", ".", "..") for part in parts)
        and ":" not in parts[0]
    )


class FolderSource:
    """A production's folder or an unpacked bundle."""

    def __init__(self, root: Path) -> None:
        self._root = os.fspath(root)
        self._folders: dict[str, bool] = {}

    def __reduce__(self) -> tuple[type[FolderSource], tuple[Path]]:
        return FolderSource, (Path(self._root),)

    def names(self, under: str) -> Iterator[str]:
        """Give the full name of each file below a folder, links and the like included."""
        waiting = [under]
        while waiting:
            folder = waiting.pop()
            if not self._is_folder(folder):
                continue
            try:
                with os.scandir(f"{self._root}/{folder}") as found:
                    entries = sorted(found, key=lambda one: one.name)
                inner = [one.is_dir(follow_symlinks=False) for one in entries]
            except OSError as error:
                raise _unreadable(folder, error) from error
            for entry, is_folder in zip(entries, inner, strict=True):
                if not is_folder:
                    yield f"{folder}/{entry.name}"
            waiting += [
                f"{folder}/{entry.name}"
                for entry, is_folder in zip(entries, inner, strict=True)
                if is_folder
            ][::-1]

    def _is_folder(self, name: str) -> bool:
        """Whether each part of a path below the root is a folder and no link; asked once."""
        known = self._folders.get(name)
        if known is None:
            above = name.rpartition("/")[0]
            known = not above or self._is_folder(above)
            if known:
                try:
                    known = stat.S_ISDIR(os.lstat(f"{self._root}/{name}").st_mode)
                except (FileNotFoundError, NotADirectoryError):
                    known = False
                except OSError as error:
                    raise _unreadable(name, error) from error
            self._folders[name] = known
        return known

    def _open(self, name: str) -> int | None:
        if not _plain(name):
            raise _not_a_file(name)
        above = name.rpartition("/")[0]
        if above and not self._is_folder(above):
            if os.path.lexists(f"{self._root}/{above}"):
                raise _not_a_file(name)
            return None
        try:
            file = os.open(f"{self._root}/{name}", _READING)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            # A link answers ELOOP, a folder EISDIR, a socket ENXIO.
            if error.errno in (errno.ELOOP, errno.EMLINK, errno.EISDIR, errno.ENXIO):
                raise _not_a_file(name) from None
            raise _unreadable(name, error) from error
        if not stat.S_ISREG(os.fstat(file).st_mode):
            os.close(file)
            raise _not_a_file(name)
        return file

    def read(self, name: str, *, limit: int) -> bytes | None:
        """Return a file's bytes, None where there is none."""
        file = self._open(name)
        if file is None:
            return None
        try:
            size = os.fstat(file).st_size
            if size > limit:
                raise _too_large(name, limit)
            raw = os.read(file, size + 1)
            while len(raw) <= limit and (more := os.read(file, limit + 1 - len(raw))):
                raw += more
        except OSError as error:
            raise _unreadable(name, error) from error
        finally:
            os.close(file)
        if len(raw) > limit:
            raise _too_large(name, limit)
        return raw

    def chunks(self, name: str, *, limit: int) -> Iterator[bytes]:
        """Give a file's bytes piece by piece."""
        file = self._open(name)
        if file is None:
            return
        try:
            while chunk := os.read(file, CHUNK_BYTES):
                limit -= len(chunk)
                if limit < 0:
                    raise _too_large(name, limit)
                yield chunk
        except OSError as error:
            raise _unreadable(name, error) from error
        finally:
            os.close(file)


def _unreadable(name: str, error: OSError) -> StorageError:
    return StorageError(f"{name} cannot be read: {error.strerror or error}")


class ZipSource:
    """A bundle as it was sent."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except OSError as error:
            raise _unreadable(str(path), error) from error
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise _refused(path, f"is no zip that can be opened ({error})") from None
        try:
            self._members = _members(path, self._zip)
        except EvidenceError:
            self._zip.close()
            raise

    def __reduce__(self) -> tuple[type[ZipSource], tuple[Path]]:
        return ZipSource, (self._path,)

    def __del__(self) -> None:
        zipped = getattr(self, "_zip", None)
        if zipped is not None:
            zipped.close()

    def names(self, under: str) -> Iterator[str]:
        """Give the full name of each file below a folder."""
        return (name for name in sorted(self._members) if name.startswith(f"{under}/"))

    def read(self, name: str, *, limit: int) -> bytes | None:
        """Return a file's bytes, None where there is none."""
        if name not in self._members:
            return None
        return b"".join(self.chunks(name, limit=limit))

    def chunks(self, name: str, *, limit: int) -> Iterator[bytes]:
        """Give a file's bytes piece by piece."""
        member = self._members.get(name)
        if member is None:
            return
        if member.file_size > limit:
            raise _too_large(name, limit)
        left = limit
        try:
            with self._zip.open(member) as file:
                while chunk := _piece(file):
                    left -= len(chunk)
                    if left < 0:
                        raise _too_large(name, limit)
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as why:
            raise EvidenceError(
                "zip-damaged", f"cannot be unpacked whole: {why}", where=name
            ) from None
        except (OSError, ValueError) as error:
            raise StorageError(f"{self._path}: {error}") from error


def _piece(file: IO[bytes]) -> bytes:
    return file.read(CHUNK_BYTES)


def _refused(path: Path, sentence: str) -> EvidenceError:
    return EvidenceError("zip-refused", f"{sentence}. Ask for it anew.", where=str(path))


def _members(path: Path, zipped: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the files of a zip by their names, the one folder around them left out."""
    listed = zipped.infolist()
    if len(listed) > MEMBERS_MAX:
        raise _refused(path, f"has more than {MEMBERS_MAX:,} files")
    found: dict[str, zipfile.ZipInfo] = {}
    folders: set[str] = set()
    for member in listed:
        _check(path, member)
        name = member.filename.removesuffix("/")
        above = name.split("/")[:-1]
        folders.update("/".join(above[: depth + 1]) for depth in range(len(above)))
        if member.is_dir():
            folders.add(name)
        elif found.setdefault(name, member) is not member:
            raise _refused(path, f"has two files named {name!r}")
    if both := folders & found.keys():
        raise _refused(path, f"has {min(both)!r} as a file and as a folder")
    _check_sizes(path, listed)
    around = _folder_around(path, found)
    return {
        name.removeprefix(around): one for name, one in found.items() if name.startswith(around)
    }


def _check(path: Path, member: zipfile.ZipInfo) -> None:
    name = member.filename
    # `orig_filename` is what stands in the zip; the other one was cut at a zero byte.
    if member.orig_filename != name or not _plain(name.removesuffix("/")):
        raise _refused(path, f"has a file named {member.orig_filename!r}, which leads elsewhere")
    if member.flag_bits & _ENCRYPTED:
        raise _refused(path, f"is locked with a password ({name!r})")
    if member.compress_type not in _METHODS:
        raise _refused(path, f"is packed in a way that is not read here ({name!r})")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _refused(path, f"has {name!r}, which is no file but a link or a device")


def _check_sizes(path: Path, listed: list[zipfile.ZipInfo]) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise _unreadable(str(path), error) from error
    unfolded = sum(member.file_size for member in listed)
    if unfolded > UNFOLDED_TIMES_MAX * size + UNFOLDED_BYTES_FREE:
        raise _refused(path, f"would unfold to {unfolded:,} bytes from {size:,}")
    end = 0
    for member in sorted(listed, key=lambda one: one.header_offset):
        if member.header_offset < end:
            raise _refused(path, f"has files that lie over each other ({member.filename!r})")
        named = len(member.filename.encode("utf-8", "surrogateescape"))
        # A name outside UTF-8 is shorter in the file than here.
        end = member.header_offset + _LOCAL_HEADER_BYTES + member.compress_size
        end += named if member.filename.isascii() else 0


def _folder_around(path: Path, found: dict[str, zipfile.ZipInfo]) -> str:
    if any(name.startswith("log/") for name in found):
        return ""
    tops = {name.partition("/")[0] for name in found if name.split("/")[1:2] == ["log"]}
    if len(tops) > 1:
        raise _refused(path, f"has several folders with a log: {', '.join(sorted(tops))}")
    return f"{tops.pop()}/" if tops else ""
