"""Own layers of a territory on disk, beside its built versions and never inside one.

    data/italy/.own/day-care/layer-3f2a91c0d4e5.parquet    the rows; an indicator as area_id, value
    data/italy/.own/day-care/own.json                      what they are: kind, provenance, the file in force

The rows are written first, under a name made of their content; the layer changes when `own.json` is replaced, in one
step. A build removes folders it does not know, unless their names begin with a dot.
"""

import io
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geodata import files, schema, store
from geodata.errors import InputError
from geodata.i18n import say
from geodata.i18n.message import from_json, to_json
from geodata.names import suggest
from pipelines.userdata.reading import Imported

FOLDER = ".own"
FACTS = "own.json"
ABANDONED = 3600  # seconds; no layer takes that long to write
LONGEST = 40  # letters of a name
NAME = re.compile(rf"[a-z0-9][a-z0-9-]{{0,{LONGEST - 1}}}")


@dataclass(frozen=True)
class Saved:
    """An own layer on disk: its name, its kind and its provenance."""

    name: str
    kind: str
    provenance: dict[str, object]


def check_name(name: str) -> None:
    """Refuse a name with other signs than small letters, digits and hyphens, or longer than `LONGEST`."""
    if not NAME.fullmatch(name):
        raise InputError(
            say(
                "An own layer cannot be called {name}; use up to {most} small letters, digits and hyphens.",
                name=repr(name),
                most=LONGEST,
            )
        )


def save(imported: Imported, name: str, *, territory: str, root: Path | None = None) -> Saved:
    """Save an own layer to a territory; one of the same name is replaced whole or not at all.

    Raises
    ------
    InputError
        The name has other signs than small letters, digits and hyphens, no row can be used, the territory has not been
        built, or its folder cannot be written to.
    """
    home = _home(name, territory, root)
    if not len(imported.layer):
        raise InputError(
            say("No row of {file} can be used; look at the rejected rows.", file=imported.provenance.get("file"))
        )
    frame = imported.layer
    if isinstance(frame, pd.Series):
        frame = frame.rename("value").reset_index()
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False, compression="zstd")
    content = buffer.getvalue()
    file = f"layer-{files.digest(content)[: store.ID_LENGTH]}.parquet"
    facts = {"name": name, "kind": imported.kind, "layer": file, "provenance": imported.provenance}
    try:
        home.mkdir(parents=True, exist_ok=True)
        files.write_atomic(home / file, content)
        text = json.dumps(to_json(facts), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        files.write_atomic(home / FACTS, text.encode())
        for old in set(home.glob("layer-*.parquet")) - {home / file}:
            old.unlink()
        files.remove_drafts(home, older=ABANDONED)
    except OSError as error:
        raise InputError(
            f"{home} cannot be written to ({error.strerror}); choose another folder with --data."
        ) from None
    return Saved(name, imported.kind, imported.provenance)


def names(territory: str, *, root: Path | None = None) -> list[str]:
    """Names of the own layers of a territory, damaged ones too."""
    return [path.parent.name for path in _all_facts(territory, root)]


def stamp(territory: str, *, root: Path | None = None) -> str:
    """Digest of the own layers of a territory, which differs as soon as one is saved, replaced or removed."""
    return files.digest(b"".join(path.read_bytes() for path in _all_facts(territory, root)))


def find(name: str, *, territory: str, root: Path | None = None) -> Saved:
    """What an own layer is; `InputError` when there is none such, or it is damaged."""
    facts = _facts(_existing(name, territory, root))
    return Saved(str(facts["name"]), str(facts["kind"]), dict(facts["provenance"]))


def listed(territory: str, *, root: Path | None = None) -> list[Saved]:
    """Own layers of a territory by name; `InputError` when one is damaged."""
    return [find(name, territory=territory, root=root) for name in names(territory, root=root)]


def load(name: str, *, territory: str, root: Path | None = None) -> "gpd.GeoDataFrame | pd.Series[float]":
    """Read an own layer: a layer that meets its contract, or an indicator as a Series, index the area ids.

    Raises
    ------
    InputError
        There is no such layer, or it is damaged.
    """
    home = _existing(name, territory, root)
    facts = _facts(home)
    path = home / str(facts["layer"])
    try:
        if facts["kind"] == "indicator":
            values: pd.Series[float] = pd.read_parquet(path).set_index("area_id")["value"].rename(name)
            return values
        layer: gpd.GeoDataFrame = gpd.read_parquet(path)
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"The own layer {name} is damaged; remove it and import it again.") from error
    schema.check(str(facts["kind"]), layer)
    return layer


def remove(name: str, *, territory: str, root: Path | None = None) -> None:
    """Remove an own layer; `InputError` when there is none such."""
    home = _existing(name, territory, root)
    # Without its facts the layer is gone, whatever happens to the rest.
    (home / FACTS).unlink()
    shutil.rmtree(home)


def _home(name: str, territory: str, root: Path | None) -> Path:
    check_name(name)
    root = root or store.data_root()
    if territory not in store.built(root):
        raise InputError(f"Territory {territory!r} has not been built in {root}; build it first.")
    return root / territory / FOLDER / name


def _existing(name: str, territory: str, root: Path | None) -> Path:
    home = _home(name, territory, root)
    if not (home / FACTS).is_file():
        known = names(territory, root=root)
        raise InputError(
            say(
                "Territory {territory} has no own layer {name}; {hint}.",
                territory=territory,
                name=repr(name),
                hint=suggest(name, known),
            )
        )
    return home


def _all_facts(territory: str, root: Path | None) -> list[Path]:
    return sorted(((root or store.data_root()) / territory / FOLDER).glob(f"*/{FACTS}"))


def _facts(home: Path) -> dict[str, Any]:
    try:
        facts = json.loads((home / FACTS).read_text(encoding="utf-8"), object_hook=from_json)
        complete = {"name", "kind", "layer", "provenance"} <= facts.keys()
    except (OSError, ValueError, AttributeError):
        complete = False
    if not complete:
        raise InputError(f"The own layer {home.name} is damaged; remove its folder {home}.")
    return dict(facts)
