"""A territory's folder on disk: versions written whole or not at all, layers in (Geo)Parquet, one manifest.

    data/italy/CURRENT                 the id of the version in force, replaced in one step
    data/italy/3f2a91c0d4e5/           one version: manifest.json, areas.parquet, ..., display/areas.geojson

A version is written in a folder with another name and gets its own only when it is complete, so that a failed or
interrupted build leaves what was there.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from platformdirs import user_data_path

from geodata.errors import InputError
from geodata.extras import DISTRIBUTION
from geodata.files import digest, file_digest, write_atomic
from geodata.i18n.message import from_json, to_json
from geodata.names import suggest
from geodata.schema import LAYERS, check

ENVIRONMENT = "RURAL_MAP_DATA"
CHECKOUT = Path(__file__).parent.parent
POINTER = "CURRENT"
MANIFEST = "manifest.json"
ID_LENGTH = 12


def data_root() -> Path:
    """Folder of the built territories.

    The environment variable RURAL_MAP_DATA, else `data/` of the checkout that this file is in, else, where the packages
    are installed, the folder that the platform has for the data of a user.
    """
    variable = os.environ.get(ENVIRONMENT)
    if variable:
        return Path(variable)
    return CHECKOUT / "data" if in_checkout() else user_data_path(DISTRIBUTION, appauthor=False)


def in_checkout() -> bool:
    """Whether the code runs from a checkout of the repository, and is not installed."""
    return (CHECKOUT / "pyproject.toml").is_file()


class Territory:
    """One built version of a territory, read only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest: dict[str, Any] = _read_manifest(folder)

    @property
    def id(self) -> str:
        """Id of the territory."""
        return str(self.manifest["territory"])

    @property
    def version(self) -> str:
        """Id of this version, made from its content."""
        return self.folder.name

    def layer(self, name: str) -> pd.DataFrame:
        """Read one layer and check its contract.

        Raises
        ------
        InputError
            The territory has no such layer, or the file is damaged or breaks the contract.
        """
        if name not in LAYERS:
            raise InputError(f"There is no layer {name!r}; {suggest(name, LAYERS)}.")
        path = self.file(f"{name}.parquet")
        try:
            spatial = LAYERS[name].geometry is not None
            frame = gpd.read_parquet(path) if spatial else pd.read_parquet(path)
        except (OSError, ValueError) as error:
            raise InputError(_damaged(self.folder, f"{path.name} cannot be read")) from error
        try:
            return check(name, frame)
        except InputError as error:
            territory = self.folder.parent.name
            raise InputError(
                f"{str(error).removesuffix('.')}; {territory} may be built by another version of the program, run "
                f"`python -m pipelines build {territory}`."
            ) from error

    def file(self, name: str) -> Path:
        """Path of a file of this version.

        Raises
        ------
        InputError
            The manifest does not list the file, or it is not there.
        """
        path = self.folder / name
        if name not in self.manifest["outputs"]:
            territory = self.folder.parent.name
            raise InputError(
                f"The built territory {territory} has no {name}, as another version of the program built it; build it "
                f"again with `python -m pipelines build {territory}`."
            )
        if not path.is_file():
            raise InputError(_damaged(self.folder, f"{name} is missing"))
        return path

    def verify(self) -> None:
        """Compare every file with the manifest, and the manifest with the id of the version.

        Raises
        ------
        InputError
            A file is missing or its sha256 differs.
        """
        if file_digest(self.folder / MANIFEST)[:ID_LENGTH] != self.version:
            raise InputError(_damaged(self.folder, f"{MANIFEST} differs from the id of its version"))
        for name, facts in self.manifest["outputs"].items():
            if file_digest(self.file(name)) != facts["sha256"]:
                raise InputError(_damaged(self.folder, f"{name} differs from its manifest"))

    @cached_property
    def codebook(self) -> pd.DataFrame:
        """What each indicator of this territory is, one row an indicator, by id."""
        return self.layer("codebook").set_index("indicator", drop=False)


def _damaged(folder: Path, what: str) -> str:
    territory = folder.parent.name
    return f"The built territory {territory} is damaged: {what}; run `python -m pipelines build {territory}`."


def _read_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"), object_hook=from_json)
    except (OSError, ValueError) as error:
        raise InputError(_damaged(folder, f"{MANIFEST} cannot be read")) from error
    if not isinstance(manifest, dict) or not {"territory", "outputs"} <= manifest.keys():
        raise InputError(_damaged(folder, f"{MANIFEST} cannot be read as a manifest"))
    return manifest


def _in_force(home: Path) -> str | None:
    """Id of the version in force as the pointer says it; None without one."""
    pointer = home / POINTER
    return pointer.read_text(encoding="utf-8", errors="replace").strip() or None if pointer.is_file() else None


def built(root: Path | None = None) -> list[str]:
    """Ids of the territories that have a version in force."""
    return sorted(path.parent.name for path in (root or data_root()).glob(f"*/{POINTER}"))


def digests(root: Path | None = None) -> set[str]:
    """sha256 of every file of every whole version there is, those before the ones in force too."""
    found: set[str] = set()
    for path in (root or data_root()).glob(f"*/*/{MANIFEST}"):
        with suppress(InputError):
            found |= {str(facts["sha256"]) for facts in _read_manifest(path.parent)["outputs"].values()}
    return found


def open_territory(territory: str, *, root: Path | None = None) -> Territory:
    """Open the version in force of a territory.

    Raises
    ------
    InputError
        The territory has not been built, or its files are damaged.
    """
    root = root or data_root()
    if territory not in built(root):
        raise InputError(
            f"Territory {territory!r} has not been built in {root} ({suggest(territory, built(root))}); "
            f"run `python -m pipelines build {territory}`."
        )
    version = _in_force(root / territory)
    if version is None:
        raise InputError(_damaged(root / territory / POINTER, f"{POINTER} is empty"))
    return Territory(root / territory / version)


class Draft:
    """A version being written; nobody reads it before it is complete."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.outputs: dict[str, dict[str, Any]] = {}

    def write_layer(self, name: str, frame: pd.DataFrame) -> None:
        """Check a layer against its contract, put it in order and write it as (Geo)Parquet.

        Raises
        ------
        InputError
            The layer breaks its contract.
        """
        rows = check(name, frame)
        if not LAYERS[name].ordered:
            rows = rows.sort_values(list(LAYERS[name].key))
        path = self.folder / f"{name}.parquet"
        rows.reset_index(drop=True).to_parquet(path, index=False, compression="zstd")
        self._note(path, rows=len(rows))

    def write_bytes(self, name: str, content: bytes) -> None:
        """Write any other file of the version, such as display geometry."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self._note(path)

    def _note(self, path: Path, **facts: int) -> None:
        name = path.relative_to(self.folder).as_posix()
        self.outputs[name] = {"sha256": file_digest(path), "bytes": path.stat().st_size} | facts

    def write_manifest(self, facts: dict[str, Any]) -> str:
        """Write the manifest and return the id of the version, made from all that the manifest says."""
        manifest = facts | {"outputs": dict(sorted(self.outputs.items()))}
        content = (json.dumps(to_json(manifest), indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()
        (self.folder / MANIFEST).write_bytes(content)
        return digest(content)[:ID_LENGTH]


@contextmanager
def new_version(territory: str, *, root: Path | None = None) -> Iterator[tuple[Draft, dict[str, Any]]]:
    """Write a new version of a territory and put it in force when the block ends without an error.

    Yields the draft and the facts of its manifest, to be filled. On any error or interruption the draft is
    removed and the version in force stays. The version before is kept; older ones are removed.

    Raises
    ------
    InputError
        The folder cannot be written to.
    """
    home = (root or data_root()) / territory
    try:
        home.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".draft-", dir=home))
    except OSError as error:
        raise InputError(
            f"{home} cannot be written to ({error.strerror}); choose another folder with --data or {ENVIRONMENT}."
        ) from None
    folder.chmod(0o755)
    try:
        draft, facts = Draft(folder), {"territory": territory}
        yield draft, facts
        version = draft.write_manifest(facts)
        # Same id, same content: a whole version stays for those who read it, a damaged one is replaced.
        if not _is_whole(home / version):
            shutil.rmtree(home / version, ignore_errors=True)
            folder.rename(home / version)
        _put_in_force(home, version)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_whole(folder: Path) -> bool:
    try:
        Territory(folder).verify()
    except InputError:
        return False
    return True


def _put_in_force(home: Path, version: str) -> None:
    before = _in_force(home)
    if version == before:
        return
    write_atomic(home / POINTER, f"{version}\n".encode())
    keep = {version, before}
    for path in home.iterdir():
        if path.is_dir() and not path.name.startswith(".") and path.name not in keep:
            shutil.rmtree(path, ignore_errors=True)
