"""The shortlist as files. Nothing is made before its button is pressed."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from dashboard import session
from dashboard.data import Loaded
from dashboard.state import ViewState
from geodata.language import mark, say
from pipelines import export, shortlist
from pipelines.selection import Selection

FORMATS: tuple[tuple[str, str, str, Callable[[export.Shortlist], bytes], str], ...] = (
    ("CSV", "shortlist.csv", "text/csv", export.csv, mark("For Excel and anything else; codes are text.")),
    (
        "XLSX",
        "shortlist.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        export.xlsx,
        mark("Sheets: shortlist, codebook, sources, audit, about."),
    ),
    ("GeoJSON", "shortlist.geojson", "application/geo+json", export.geojson, mark("With the shapes, for web maps.")),
    (
        "GeoPackage",
        "shortlist.gpkg",
        "application/geopackage+sqlite3",
        export.geopackage,
        mark("With the shapes, for QGIS."),
    ),
    (
        mark("All, zipped"),
        "shortlist.zip",
        "application/zip",
        export.package,
        mark(
            "All files with every step of the index, the weighting, and a manifest: sources, licences, how to repeat."
        ),
    ),
)


def downloads(loaded: Loaded, view: ViewState, selection: Selection, by: str) -> None:
    """Draw one button a format."""
    notes = dict(session.notes())

    def make(write: Callable[[export.Shortlist], bytes]) -> bytes:
        listed = shortlist.make(
            loaded.territory,
            view.shortlist,
            view=shortlist.View(selection=selection, by=by),
            asked=loaded.analysis,
            notes=notes,
        )
        return write(listed)

    for column, (title, name, kind, write, about) in zip(st.columns(len(FORMATS)), FORMATS, strict=True):
        column.download_button(
            say(title),
            data=partial(make, write),
            file_name=name,
            mime=kind,
            key=f"download-{name}",
            help=say(about),
            icon=":material/download:",
            on_click="ignore",
            width="stretch",
            type="primary" if name.endswith(".zip") else "secondary",
        )
    st.caption(say("Every file names its sources, licences and years, and what each column means."))
