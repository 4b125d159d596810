"""The shortlist as files. Nothing is made before its button is pressed."""

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from dashboard.data import Loaded
from dashboard.view import session
from dashboard.view.state import ViewState
from geodata.i18n import DEFAULT, current, mark, say, using
from pipelines import export
from pipelines.areas import ranking, shortlist
from pipelines.areas.selection import Selection
from pipelines.export.briefing import Document, briefing, html, pdf

# Title, name, media type, what makes it when its button is pressed, and a word about it.
File = tuple[str, str, str, Callable[[], bytes], str]

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

BRIEFINGS: tuple[tuple[str, str, str, Callable[[Document], bytes], str], ...] = (
    (
        mark("Briefing, PDF"),
        "briefing.pdf",
        "application/pdf",
        pdf,
        mark("Map, list, reasons, method, sources and licences, to hand to a council."),
    ),
    (
        mark("Briefing, web page"),
        "briefing.html",
        "text/html",
        html,
        mark("The same as one file that opens in any browser without a network."),
    ),
)


def downloads(loaded: Loaded, view: ViewState, selection: Selection, by: str) -> None:
    """Draw one button a format, those of the briefing first."""
    # A file is made when its button is pressed, in a thread that does not know the session.
    notes, language = dict(session.notes()), current()

    def shortlist_() -> export.Shortlist:
        return shortlist.make(
            loaded.territory,
            view.shortlist,
            view=ranking.View(selection=selection, by=by),
            asked=loaded.analysis,
            notes=notes,
        )

    def brief(write: Callable[[Document], bytes]) -> bytes:
        with using(language):
            return write(briefing(loaded.territory, shortlist_(), loaded.analysis))

    def make(write: Callable[..., bytes]) -> bytes:
        if write is export.csv and language != DEFAULT:
            return export.csv(shortlist_(), locale="continental")
        return write(shortlist_())

    buttons(
        [(title, name, kind, partial(brief, write), about) for title, name, kind, write, about in BRIEFINGS],
        primary="briefing.pdf",
    )
    buttons(
        [(title, name, kind, partial(make, write), about) for title, name, kind, write, about in FORMATS],
        primary="shortlist.zip",
    )
    if language != DEFAULT:
        st.caption(say("The CSV has semicolons and decimal commas, as spreadsheets in this language expect them."))
    st.caption(say("Every file names its sources, licences and years, and what each column means."))


def buttons(files: Sequence[File], *, primary: str = "", spare: int = 0) -> None:
    """Draw one button a file; `primary` is the one that stands out, `spare` the width left free beside them."""
    columns = st.columns([1] * len(files) + ([spare] if spare else []))
    for column, (title, name, kind, make, about) in zip(columns, files, strict=False):
        column.download_button(
            say(title),
            data=make,
            file_name=name,
            mime=kind,
            key=f"download-{name}",
            help=say(about) if about else None,
            icon=":material/download:",
            on_click="ignore",
            width="stretch",
            type="primary" if name == primary else "secondary",
        )
