"""My data: a planner's own table, from the file she has to a layer of the territory looked at."""

import re

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard import session
from dashboard.components import own as layers
from dashboard.components.text import plain
from dashboard.data import Loaded
from geodata.errors import InputError
from geodata.indicators import category
from geodata.language import mark, number, say, says
from geodata.store import Territory
from pipelines import own
from pipelines.own import joined, storage, words
from pipelines.own.columns import ROLES
from pipelines.own.gazetteer import Gazetteer
from pipelines.own.grids import COLUMNS, ROWS
from pipelines.own.reading import DIRECTIONS, Imported, Reading
from pipelines.own.tables import LARGEST

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
DIRECTION_TITLES = {
    "worse": mark("more need"),
    "better": mark("more resources"),
    "neutral": mark("neither"),
}
ENCODINGS = ("", "utf-8", "cp1252", "cp1250", "utf-16")
DECIMALS = ("", ",", ".")
READING, DONE, ASKED, DECISIONS = "own-reading", "own-done", "own-asked", "own-decisions"
SHOWN = 200  # rejected rows and matched names on the screen
AT_A_TIME = 40  # texts that are asked about


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
    given = st.file_uploader(
        say("CSV, XLSX, GeoJSON, GeoPackage or a zipped Shapefile"),
        type=["csv", "txt", "tsv", "xlsx", "geojson", "json", "gpkg", "zip"],
        key="own-file",
        max_upload_size=LARGEST // 2**20,
        help=say(
            "Up to {size} MB, {rows} rows and {columns} columns. Nothing in a file is executed.",
            size=number(LARGEST // 2**20),
            rows=number(ROWS),
            columns=number(COLUMNS),
        ),
    )
    st.caption(
        say(
            "Up to {size} MB and {rows} rows. The file stays in this session unless you save what was read of it.",
            size=number(LARGEST // 2**20),
            rows=number(ROWS),
        )
    )
    return str(kind), given


def read(given: UploadedFile) -> tuple[Reading, str, str]:
    """Read the file, draw what was guessed about it, and let it be corrected: also CRS and decimal mark."""
    encoding, sheet = (st.session_state.get(f"own-{field}-{given.file_id}", "") for field in ("encoding", "sheet"))
    key = (given.file_id, encoding, sheet)
    if st.session_state.get(READING, (None,))[0] != key:
        with st.spinner(say("Reading {name}", name=given.name)):
            reading = own.read_own(given.getvalue(), given.name, encoding=encoding or None, sheet=sheet or None)
        st.session_state[READING] = (key, reading)
        st.session_state[DECISIONS] = {}
    reading = st.session_state[READING][1]
    st.markdown(f"### {say('What was found')}")
    guesses = reading.table.guesses
    told = " · ".join(f"{plain(what)}: **{plain(guess)}**" for what, guess in guesses.items())
    st.markdown(f"{says('{count} row', '{count} rows', len(reading.table.rows))} · {told}")
    st.dataframe(reading.preview(), height=248, alt=say("First rows of the file"))
    with st.expander(say("Correct what was found"), icon=":material/tune:"):
        first, second, third = st.columns(3)
        if "sheet" in guesses:
            sheets = ["", *filter(None, guesses.get("sheets left out", "").split(", "))]
            first.selectbox(say("Sheet"), sheets, format_func=_or_found, key=f"own-sheet-{given.file_id}")
        elif guesses["format"] == "CSV":
            first.selectbox(say("Encoding"), ENCODINGS, format_func=_or_found, key=f"own-encoding-{given.file_id}")
        decimal = second.selectbox(say("Decimal mark"), DECIMALS, format_func=_or_found, key="own-decimal")
        crs = third.text_input(say("Reference system of the coordinates"), placeholder="EPSG:3035", key="own-crs")
    return reading, str(decimal), crs.strip()


def _or_found(value: str) -> str:
    return value or say("as found")


def roles(reading: Reading, kind: str) -> dict[str, str]:
    """Draw which column has which role, as guessed, and return what was chosen."""
    st.markdown(f"### {say('What each column is')}")
    guessed = reading.mapping(kind)
    reasons = {(one.role, one.column): one.reasons for one in reversed(reading.guesses)}
    options = ["", *map(str, reading.table.rows.columns)]
    mapping = {}
    places = st.columns(4)
    for position, role in enumerate(ROLES[kind]):
        column = guessed.get(role, "")
        why = "; ".join(reasons.get((role, column), ()))
        chosen = places[position % 4].selectbox(
            say(ROLE_TITLES[role]),
            options,
            index=options.index(column),
            format_func=lambda name: name or say("not in the table"),
            key=f"own-role-{kind}-{role}-{reading.sha256[:12]}",
            help=plain(why) or None,
        )
        if chosen:
            mapping[role] = chosen
    if kind == "services" and "category" not in mapping:
        known = words.labels("services")
        same = st.selectbox(
            say("No column tells the category; all rows are"),
            ["", *known],
            format_func=lambda name: category(name).heading if name else say("choose"),
            key=f"own-category-{reading.sha256[:12]}",
        )
        if same:
            mapping["category"] = f"={same}"
    return mapping


@st.cache_resource(max_entries=2, show_spinner=False)
def names_of(_territory: Territory, version: str) -> Gazetteer:  # noqa: ARG001 - part of the cache key
    """Names of a territory's areas and places."""
    return own.place_names(_territory)


def match(
    reading: Reading, mapping: dict[str, str], kind: str, name: str, crs: str, decimal: str, loaded: Loaded
) -> Imported:
    """Turn the rows into a layer; done once for the same answers."""
    decisions = {text: answer for text, answer in st.session_state[DECISIONS].items() if answer}
    territory = f"{loaded.territory.id} {loaded.territory.version}"
    question = (st.session_state[READING][0], tuple(mapping.items()), kind, name, crs, decimal, territory)
    key = (question, tuple(decisions.items()))
    if st.session_state.get(DONE, (None,))[0] != key:
        with st.spinner(say("Matching the rows")):
            done = own.apply(
                reading,
                mapping,
                kind,
                loaded.territory,
                name=name,
                crs=crs or None,
                decimal=decimal or None,
                decisions=decisions,
                names=names_of(loaded.territory, territory),
            )
        st.session_state[DONE] = (key, done)
        if st.session_state.get(ASKED, (None,))[0] != question:
            st.session_state[ASKED] = (question, done.ambiguous)
    imported: Imported = st.session_state[DONE][1]
    return imported


def counts(reading: Reading, done: Imported) -> None:
    """Draw how many rows are used and what was noted."""
    st.markdown(f"### {say('What becomes of the rows')}")
    rows, used, rejected, unsure = st.columns(4)
    rows.metric(say("Rows"), number(len(reading.table.rows)), border=True)
    used.metric(
        say("Areas with a value") if done.kind == "indicator" else say("Used"), number(len(done.layer)), border=True
    )
    rejected.metric(say("Rejected"), number(len(done.rejected)), border=True)
    unsure.metric(say("To decide"), number(len(done.ambiguous)), border=True)
    for note in done.notes:
        st.markdown(f"- {plain(note)}")


def decide() -> None:
    """Ask about texts that may mean several things; an answer can be changed."""
    asked: pd.DataFrame = st.session_state[ASKED][1]
    if asked.empty:
        return
    st.markdown(f"#### {say('Please decide')}")
    if len(asked) > AT_A_TIME:
        st.caption(say("The {count} that stand in most rows.", count=number(AT_A_TIME)))
    places = st.columns(3)
    shown = asked.sort_values("rows", ascending=False, kind="stable").head(AT_A_TIME)
    for position, row in enumerate(shown.to_dict("records")):
        titles = {"": say("leave these rows out")} | {
            key: category(what).heading if row["role"] == "category" else f"{what} · {score:.0f}"
            for key, what, score in row["offers"]
        }
        text, key = row["text"], f"own-decide-{row['role']}-{row['text']}"
        st.session_state[key] = st.session_state[DECISIONS].get(text, "")
        places[position % 3].selectbox(
            plain(f"{text} ({says('{count} row', '{count} rows', row['rows'])})"),
            list(titles),
            format_func=titles.__getitem__,
            key=key,
            on_change=lambda text=text, key=key: st.session_state[DECISIONS].update({text: st.session_state[key]}),
        )


def matched(done: Imported) -> None:
    """List the place names that were found, those written differently first."""
    if done.matched.empty:
        return
    different = int((done.matched["score"] < 100).sum())
    title = say(
        "Place names that were found: {count}; written differently: {different}",
        count=number(len(done.matched)),
        different=number(different),
    )
    with st.expander(title, icon=":material/location_searching:"):
        st.dataframe(
            done.matched.head(SHOWN).rename(
                columns={
                    "text": say("In the table"),
                    "name": say("Place"),
                    "area_id": say("Area code"),
                    "score": say("Likeness, 0 to 100"),
                    "rows": say("Rows"),
                }
            ),
            hide_index=True,
            alt=say("Place names that were found"),
        )


def rejected(done: Imported, name: str) -> None:
    """List the rows that cannot be used with the reason, and offer them as a file."""
    if done.rejected.empty:
        return
    first = ["row", "reason"]
    rest = [column for column in done.rejected.columns if column not in first]
    with st.expander(
        says("{count} row cannot be used: why", "{count} rows cannot be used: why", len(done.rejected)),
        icon=":material/rule:",
        expanded=True,
    ):
        st.dataframe(done.rejected[first + rest].head(SHOWN), hide_index=True, alt=say("Rows that cannot be used"))
        st.download_button(
            say("Download the rejected rows"),
            data=done.rejected_csv,
            file_name=f"{name}-rejected.csv",
            mime="text/csv",
            icon=":material/download:",
            key="own-rejected",
            on_click="ignore",
        )
        st.caption(say("Mend the rows in that file and give it here; its columns row and reason may stay."))


def about_indicator(done: Imported, name: str) -> Imported:
    """Ask what an indicator is called, in which unit it is, and what a higher value means."""
    first, second, third = st.columns([3, 2, 3])
    title = first.text_input(say("Title of the indicator"), value=name, key=f"own-title-{name}")
    unit = second.text_input(say("Unit"), placeholder="%", key="own-unit")
    direction = third.segmented_control(
        say("A higher value means"),
        DIRECTIONS,
        default="neutral",
        required=True,
        format_func=lambda each: say(DIRECTION_TITLES[each]),
        key="own-direction",
    )
    return done.about(title=title, unit=unit, direction=str(direction))


def keep(done: Imported, name: str, loaded: Loaded) -> None:
    """Draw what can be done with the layer: use it in this session, or keep it with the territory."""
    if done.kind == "indicator":
        done = about_indicator(done, name)
    if not len(done.layer):
        st.warning(say("No row can be used; the reasons are above."), icon=":material/block:")
        return
    use, save, show, _ = st.columns([2, 2, 2, 2])
    if use.button(say("Use in this session"), key="own-use", type="primary", width="stretch", icon=":material/check:"):
        session.use_own(joined.of(name, done))
        st.rerun()
    if save.button(say("Save with the territory"), key="own-keep", width="stretch", icon=":material/save:"):
        storage.save(done, name, territory=loaded.territory.id)
        session.drop_own(name)
        st.rerun()
    there = next((each for each in loaded.own if each.name == name and each.provenance == done.provenance), None)
    if there:
        st.success(say("In use: {what}.", what=plain(layers.described(there))), icon=":material/check:")
        if show.button(say("Show on the map"), key="own-look", width="stretch", icon=":material/map:"):
            layers.look_at(there)
    st.caption(
        say(
            "What is saved is seen by everyone who opens this territory here, is named own data everywhere, and can be "
            "removed above. It changes no index unless a weighting of your own names it."
        )
    )


def named(filename: str) -> str:
    """Name of a layer made of the name of its file.

    Examples
    --------
    >>> named("Tagespflege 2024 (neu).xlsx")
    'tagespflege-2024-neu'
    """
    stem = filename.rpartition(".")[0] or filename
    return re.sub(r"[^a-z0-9]+", "-", words.plain(stem))[: storage.LONGEST].strip("-") or "own"


def choose_name(given: UploadedFile) -> str:
    """Ask what the layer is called."""
    name = st.text_input(
        say("Name of the layer"),
        value=named(given.name),
        max_chars=storage.LONGEST,
        key=f"own-name-{given.file_id}",
        help=say("Small letters, digits and hyphens. A layer of the same name is replaced."),
    )
    storage.check_name(name)
    return name


def importing(loaded: Loaded) -> None:
    """Lead from a file to a layer."""
    kind, given = choose_file()
    if given is None:
        return
    reading, decimal, crs = read(given)
    mapping = roles(reading, kind)
    try:
        name = choose_name(given)
        done = match(reading, mapping, kind, name, crs, decimal, loaded)
    except InputError as error:
        st.warning(plain(error), icon=":material/help:")
        return
    counts(reading, done)
    decide()
    matched(done)
    rejected(done, name)
    keep(done, name, loaded)


loaded = session.loaded()
st.markdown(f"## {say('My data')}")
st.markdown(
    say(
        "**Bring your own list of services or projects, or an indicator of your areas.** The columns are guessed and "
        "you correct them; rows that cannot be used come back with the reason."
    )
)
st.markdown(f"### {say('Own layers of {territory}', territory=plain(loaded.manifest['title']))}")
layers.in_use(loaded)
st.markdown(f"### {say('Add a table')}")
importing(loaded)
