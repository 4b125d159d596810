"""A planner's own file on the screen: what was found in it, and what each column is."""

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.view.keys import Key
from dashboard.view.text import plain
from dashboard.widgets.own import layers
from geodata import vocabulary
from geodata.i18n import mark, number, say, says
from geodata.indicators import category
from geodata.tables import LARGEST_MB
from geodata.tabular import COLUMNS, ROWS
from pipelines import userdata
from pipelines.userdata.columns import ROLES
from pipelines.userdata.reading import Reading
from pipelines.userdata.tables import ENDINGS

ROLE_TITLES = {
    "name": mark("Name"),
    "category": mark("Category of service"),
    "capacity": mark("Capacity"),
    "level": mark("Level"),
    "organisation": mark("Organisation"),
    "kind": mark("Kind of entry"),
    "themes": mark("Themes"),
    "lat": mark("Latitude or northing"),
    "lon": mark("Longitude or easting"),
    "coordinates": mark("Coordinates in one cell"),
    "country": mark("Country"),
    "place": mark("Place name"),
    "area_id": mark("Area code"),
    "address": mark("Address"),
    "url": mark("Link"),
    "start_year": mark("First year"),
    "end_year": mark("Last year"),
    "value": mark("Value"),
}
ENCODINGS = ("", "utf-8", "cp1252", "cp1250", "utf-16")
DECIMALS = ("", ",", ".")


def choose_file() -> tuple[str, UploadedFile | None]:
    """Draw the choice of a kind of table and of a file."""
    kind = st.segmented_control(
        say("What the table holds"),
        list(ROLES),
        default="services",
        required=True,
        format_func=lambda name: say(layers.KINDS[name]),
        key="own-kind",
    )
    upload = st.file_uploader(
        say("CSV, XLSX, GeoJSON, GeoPackage or a zipped Shapefile"),
        type=ENDINGS,
        key="own-file",
        max_upload_size=LARGEST_MB,
        help=say(
            "Up to {size} MB, {rows} rows and {columns} columns. Nothing in a file is executed.",
            size=number(LARGEST_MB),
            rows=number(ROWS),
            columns=number(COLUMNS),
        ),
    )
    st.caption(
        say(
            "Up to {size} MB and {rows} rows. The file stays in this session unless you save what was read of it.",
            size=number(LARGEST_MB),
            rows=number(ROWS),
        )
    )
    return str(kind), upload


def read(upload: UploadedFile) -> tuple[Reading, str, str]:
    """Read the file, draw what was guessed about it, and let it be corrected: also CRS and decimal mark."""
    encoding, sheet = (st.session_state.get(f"own-{field}-{upload.file_id}", "") for field in ("encoding", "sheet"))
    key = (upload.file_id, encoding, sheet)
    if st.session_state.get(Key.OWN_TABLE, (None,))[0] != key:
        with st.spinner(say("Reading {name}", name=upload.name)):
            reading = userdata.read_own(upload.getvalue(), upload.name, encoding=encoding or None, sheet=sheet or None)
        st.session_state[Key.OWN_TABLE] = (key, reading)
        st.session_state[Key.OWN_DECISIONS] = {}
    reading = st.session_state[Key.OWN_TABLE][1]
    st.markdown(f"### {say('What was found')}")
    guesses = reading.table.guesses
    summary = " · ".join(f"{plain(what)}: **{plain(guess)}**" for what, guess in guesses.items())
    st.markdown(f"{says('{count} row', '{count} rows', len(reading.table.rows))} · {summary}")
    st.dataframe(reading.preview(), height=248, alt=say("First rows of the file"))
    with st.expander(say("Correct what was found"), icon=":material/tune:"):
        first, second, third = st.columns(3)
        if "sheet" in guesses:
            sheets = ["", *filter(None, guesses.get("sheets left out", "").split(", "))]
            first.selectbox(say("Sheet"), sheets, format_func=_or_found, key=f"own-sheet-{upload.file_id}")
        elif guesses["format"] == "CSV":
            first.selectbox(say("Encoding"), ENCODINGS, format_func=_or_found, key=f"own-encoding-{upload.file_id}")
        decimal = second.selectbox(say("Decimal mark"), DECIMALS, format_func=_or_found, key="own-decimal")
        crs = third.text_input(say("Reference system of the coordinates"), placeholder="EPSG:3035", key="own-crs")
    return reading, str(decimal), crs.strip()


def _or_found(value: str) -> str:
    return value or say("as found")


def roles(reading: Reading, kind: str) -> dict[str, str]:
    """Draw which column has which role, as guessed, and return what was chosen."""
    st.markdown(f"### {say('What each column is')}")
    guesses = reading.mapping(kind)
    reasons = {(one.role, one.column): one.reasons for one in reversed(reading.guesses)}
    options = ["", *map(str, reading.table.rows.columns)]
    mapping = {}
    places = st.columns(4)
    for position, role in enumerate(ROLES[kind]):
        column = guesses.get(role, "")
        why = "; ".join(reasons.get((role, column), ()))
        choice = places[position % 4].selectbox(
            say(ROLE_TITLES[role]),
            options,
            index=options.index(column),
            format_func=lambda name: name or say("not in the table"),
            key=f"own-role-{kind}-{role}-{reading.sha256[:12]}",
            help=plain(why) or None,
        )
        if choice:
            mapping[role] = choice
    if kind == "services" and "category" not in mapping:
        categories = vocabulary.labels("services")
        same = st.selectbox(
            say("No column tells the category; all rows are"),
            ["", *categories],
            format_func=lambda name: category(name).heading if name else say("choose"),
            key=f"own-category-{reading.sha256[:12]}",
        )
        if same:
            mapping["category"] = f"={same}"
    return mapping
