"""A view as a file (JSON) that opens it elsewhere: what its address holds, and the notes of the shortlist."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.view.state import ViewState, to_parameters
from geodata.errors import InputError
from geodata.i18n import say

FORMAT = "rural needs and resources map: view 1"
# As maps/position.js writes it in the address.
_POSITION = r"\d{1,2}(\.\d+)?/-?\d{1,2}(\.\d+)?/-?\d{1,3}(\.\d+)?"


@dataclass(frozen=True)
class Saved:
    """What a file holds.

    Attributes
    ----------
    parameters
        Of the view, as `from_parameters` takes them.
    notes
        Of the shortlist, by area.
    page
        Path of the page as the address has it, empty for the first; None: not said.
    position
        Where the map was moved to, zoom/latitude/longitude (degrees); empty: it fits to what is looked at.
    """

    parameters: dict[str, str]
    notes: dict[str, str]
    page: str | None = None
    position: str = ""


def to_file(view: ViewState, notes: Mapping[str, str], page: str | None = None) -> str:
    """Write a view as a file. Where the map was moved to only the browser knows, which adds it (`viewsave.js`)."""
    content: dict[str, object] = {"format": FORMAT, "view": to_parameters(view), "notes": dict(sorted(notes.items()))}
    return json.dumps(content if page is None else content | {"page": page}, ensure_ascii=False, indent=1)


def from_file(content: bytes) -> Saved:
    """Read what a saved file holds.

    Raises
    ------
    InputError
        It is no file of `to_file`.
    """
    try:
        record = json.loads(content.decode("utf-8-sig"))
        saved = Saved(record["view"], record["notes"], record.get("page"), record.get("position", ""))
        parts = (saved.parameters, saved.notes, {"page": saved.page or "", "position": saved.position})
        texts = [text for part in parts for pair in part.items() for text in pair]
        good = record["format"] == FORMAT and all(isinstance(text, str) for text in texts)
    except (UnicodeDecodeError, ValueError, TypeError, KeyError, AttributeError):
        good = False
    if not good or not re.fullmatch(f"({_POSITION})?", saved.position, re.ASCII):
        raise InputError(say("The file is no saved view; give the view.json that the dashboard saves."))
    return saved
