"""Files the browser fetches by itself: the map's shapes, its scripts and Leaflet.

Streamlit serves the folder ``static`` beside the entry script at ``app/static``. A name carries a hash of the content,
so that a browser may keep a file for ever and a new build is a new address.
"""

import hashlib
import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

from xstatic.pkg import leaflet as xstatic_leaflet

STATIC = Path(__file__).with_name("static")

# A component runs in an iframe at component/<name>/index.html, two folders below the app.
_ADDRESS = "../../app/static/"


def publish(files: Mapping[str, Path | bytes]) -> dict[str, str]:
    """Copy files to the served folder under content-hashed names.

    Safe when several processes start at once: a file appears whole or not at all, and one that is there is left alone.

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
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{uuid4().hex}")
    part.write_bytes(content)
    os.replace(part, target)
