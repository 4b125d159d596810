"""Files the browser fetches by itself: the map's shapes, its scripts and Leaflet.

Streamlit serves the folder ``static`` beside the entry script at ``app/static`` in a checkout, and `dashboard.server`
serves one of the user elsewhere. A name carries a hash of the content,
so that a browser may keep a file for ever and a new build is a new address.
"""

import hashlib
import os
import re
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from xstatic.pkg import leaflet as xstatic_leaflet

from geodata import store
from geodata.files import remove_drafts, write_atomic

# Where the packages are installed their folder may be read only; `dashboard.server` then serves that of the user.
STATIC = Path(__file__).with_name("static") if store.in_checkout() else store.data_root() / ".static"

# A component runs in an iframe at component/<name>/index.html, two folders below the app.
_ADDRESS = "../../app/static/"

# Display geometry under its hashed name.
_DISPLAY = re.compile(r"(?:areas|regions|basemap)-([0-9a-f]{8})\.(?:geojson|pmtiles)")
_HOUR = 3600
_DAY = 24 * _HOUR


@dataclass(frozen=True)
class MapFiles:
    """Published addresses (see `publish`) of a territory's display geometry in EPSG:4326.

    Parameters
    ----------
    areas
        GeoJSON with one feature an area, sorted by area_id; ``id`` is the area_id, ``properties.name`` its name.
        Neighbours share their border's vertices. Of a large territory vector tiles instead (``.pmtiles``), whose
        features have the properties position, area_id and name; see `pipelines.build.tiles`.
    regions
        Outlines, ``properties.level`` being ``nuts2`` or ``nuts3``.
    basemap
        Surroundings, ``properties.kind`` being ``land``, ``border`` or ``town``, towns with a name, the largest first.
    """

    areas: str
    regions: str
    basemap: str

    @property
    def tiled(self) -> bool:
        """Whether the areas are vector tiles."""
        return self.areas.endswith(".pmtiles")


def publish(files: Mapping[str, Path | bytes]) -> dict[str, str]:
    """Copy files to the served folder under content-hashed names.

    Safe when several processes start at once: a file appears whole or not at all, and one that is there is left alone,
    but for its time: that tells `sweep` that it is in use.

    Parameters
    ----------
    files
        File name, such as ``areas.geojson``, and its content or the path of the file that holds it.

    Returns
    -------
    dict
        File name and its address, relative to a component's iframe: ``../../app/static/areas-3f2a91c0.geojson``.
    """
    addresses = {}
    for name, source in files.items():
        content = source if isinstance(source, bytes) else source.read_bytes()
        stem, dot, suffix = name.partition(".")
        hashed = f"{stem}-{hashlib.sha256(content).hexdigest()[:8]}{dot}{suffix}"
        _place(STATIC / hashed, content)
        addresses[name] = _ADDRESS + hashed
    return addresses


def sweep(sha256: Collection[str]) -> None:
    """Remove display geometry that nothing refers to and that no process has published or used for a day.

    So go the drafts of that age, which processes left when they were killed.

    Safe when several processes do it at once; a file that cannot be removed stays.

    Parameters
    ----------
    sha256
        Digests of the files of all built versions: those stay.
    """
    digests, now = {digest[:8] for digest in sha256}, time.time()
    for path in STATIC.glob("*") if STATIC.is_dir() else ():
        match = _DISPLAY.fullmatch(path.name)
        if match is None or match[1] in digests:
            continue
        with suppress(OSError):
            if now - path.stat().st_mtime > _DAY:
                path.unlink()
    remove_drafts(STATIC, older=_DAY)


def keep(addresses: Collection[str]) -> None:
    """Say that published files are in use, so that no other process sweeps them away."""
    for address in addresses:
        _freshen(STATIC / address.removeprefix(_ADDRESS))


def publish_leaflet() -> tuple[str, str]:
    """Copy Leaflet as packaged for Python; its style sheet finds its pictures beside it, so names stay as they are.

    Returns
    -------
    tuple
        The addresses of Leaflet's script and of its style sheet.
    """
    source = Path(xstatic_leaflet.BASE_DIR)
    folder = f"leaflet-{xstatic_leaflet.VERSION}"
    for path in [source / "leaflet.js", source / "leaflet.css", *sorted(source.glob("images/*.png"))]:
        _place(STATIC / folder / path.relative_to(source), path.read_bytes())
    return f"{_ADDRESS}{folder}/leaflet.js", f"{_ADDRESS}{folder}/leaflet.css"


def publish_maplibre() -> tuple[str, str]:
    """Copy MapLibre GL as packaged for Python.

    Returns
    -------
    tuple
        The addresses of MapLibre's script and of its style sheet.
    """
    spec = find_spec("maplibre")  # only found: importing the package would load its own dashboards
    assert spec is not None and spec.origin is not None
    source = Path(spec.origin).parent / "srcjs"
    addresses = publish({name: source / name for name in ("maplibre-gl.js", "maplibre-gl.css")})
    return addresses["maplibre-gl.js"], addresses["maplibre-gl.css"]


def _place(target: Path, content: bytes) -> None:
    if target.exists():
        _freshen(target)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(target, content)


def _freshen(path: Path) -> None:
    """Give a file the time of now, at most once an hour."""
    with suppress(OSError):
        if time.time() - path.stat().st_mtime > _HOUR:
            os.utime(path)
