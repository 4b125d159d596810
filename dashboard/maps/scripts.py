"""The map's own scripts and style sheets, which stand beside this file."""

from pathlib import Path

_FOLDER = Path(__file__).parent


def source(*names: str) -> str:
    """Join files of this folder, such as ``position.js``: the position of the map in the address of the page."""
    return "".join((_FOLDER / name).read_text(encoding="utf-8") for name in names)
