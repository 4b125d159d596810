"""Where a change is: a place found by its name, one of the area chosen, or any point, clicked on the map or typed."""

import pandas as pd
import streamlit as st

from dashboard.data import Loaded
from dashboard.maps.picture import Points
from dashboard.view import scenarios
from dashboard.view.text import refused
from geodata.errors import InputError
from geodata.i18n import number, say
from pipelines.response.scenario import editing
from pipelines.response.scenario.baseline import Baseline
from pipelines.response.scenario.changes import Spot
from pipelines.userdata.coordinates import pair

LONGEST = 30  # places that a search shows
CHOSEN = "#d7191c"


def spot_name(spot: Spot, before: Baseline) -> str:
    """Name of a place; of any other point its coordinates and the place that is nearest."""
    if isinstance(spot, str):
        return str(before.places["name"].get(spot, spot))
    place, km = editing.nearest(before, spot)
    return say(
        "{lat}, {lon} ({km} km from {place})",
        lat=number(spot[0], 4),
        lon=number(spot[1], 4),
        km=number(km, 1),
        place=before.places["name"][place],
    )


def choose(loaded: Loaded, before: Baseline, area: str, label: str, key: str) -> Spot | None:
    """Draw the choice of a spot: what a search finds, else the point clicked and the places of the area chosen."""
    text = st.text_input(
        label, key=f"scenario-search-{key}", placeholder=say("search, type coordinates, or click on the map")
    ).strip()
    if text:
        point, places = pair(text), _search(before.places, text)
    else:
        point, places = clicked(loaded, area), before.places[before.places["area_id"] == area]
        places = places.sort_values("population", ascending=False)
    if point is not None:
        try:
            editing.point(before, point)
        except InputError as error:
            st.error(refused(error), icon=":material/wrong_location:")
            return None
    options: list[Spot] = [*([] if point is None else [point]), *places.index]
    if not options:
        st.caption(
            say("No place has such a name; try fewer letters.") if text else say("Search a place, or click on the map.")
        )
        return None
    names = dict(zip(places.index, places["name"] + ", " + places["area_id"].map(loaded.table["name"]), strict=True))
    choice: Spot = st.selectbox(
        say("Place"),
        options,
        format_func=lambda spot: names[spot] if spot in names else spot_name(spot, before),
        key=f"scenario-place-{key}-{text or area}-{point}",
        label_visibility="collapsed",
    )
    return choice


def _search(places: pd.DataFrame, text: str) -> pd.DataFrame:
    """Places that have a text in their name: those with just this name first, then the largest."""
    near = places[places["name"].str.contains(text, case=False, regex=False)]
    exact = near["name"].str.casefold() == text.casefold()
    return near.assign(exact=exact).sort_values(["exact", "population"], ascending=False).head(LONGEST)


def clicked(loaded: Loaded, area: str) -> tuple[float, float] | None:
    """Latitude and longitude of the last click on the map, while the area that it hit is the one chosen."""
    click = scenarios.workbench(loaded).clicked
    return (round(click.lat, 5), round(click.lon, 5)) if click is not None and click.area == area else None


def marked(loaded: Loaded, before: Baseline, area: str) -> list[Points]:
    """The point clicked, for the map."""
    point = clicked(loaded, area)
    if point is None:
        return []
    return [Points(say("Where you clicked"), CHOSEN, "cross", ((*point, spot_name(point, before)),))]
