"""Minutes at the places themselves: points shaded by how far people there are from a service."""

from html import escape
from itertools import pairwise

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.data import Loaded
from dashboard.maps.picture import Points
from dashboard.view.text import plain
from geodata.i18n import number, say
from geodata.indicators import Category, category
from pipelines.export.palettes import PALETTES

# More would neither be told apart on the map nor fit the message that carries them.
MOST = 2500
OUT_OF_REACH = "#000000"


def shaded_service(loaded: Loaded, indicator: str) -> str:
    """Category of service that places are shaded by: that of the layer shown, else the first of the territory."""
    return loaded.entries[indicator].service or next(
        name for name in ("hospital", *loaded.categories) if name in loaded.categories
    )


def shaded(loaded: Loaded, service: str, areas: pd.Index) -> list[Points]:
    """Places of some areas as points, one group for each step of minutes between the thresholds of a service.

    Parameters
    ----------
    loaded
        The territory.
    service
        Category of service.
    areas
        Ids of the areas whose places are wanted.

    Returns
    -------
    list of Points
        From near to far, then those out of reach; empty when there are more places than a map can show.
    """
    places = loaded.places[loaded.places["area_id"].isin(areas)]
    if len(places) > MOST:
        return []
    minutes = loaded.place_minutes[loaded.place_minutes["category"] == service].set_index("place_id")["nearest"]
    nearest = places["place_id"].map(minutes)
    limits = category(service).thresholds
    step = pd.Series(np.searchsorted(limits, nearest), index=places.index).where(nearest.notna(), len(limits) + 1)
    groups = []
    for at, (title, colour) in enumerate(_steps(category(service))):
        rows = places[step == at]
        texts = [
            f"{name}: {say('out of reach') if pd.isna(value) else say('{minutes} min', minutes=number(value))}"
            for name, value in zip(rows["name"], nearest[rows.index], strict=True)
        ]
        points = zip(rows.geometry.y.round(4), rows.geometry.x.round(4), texts, strict=True)
        groups.append(Points(title, colour, "circle", tuple(points)))
    return groups


def note(service: str, points: list[Points]) -> None:
    """Say below the map what the shading of the places means, or why there is none."""
    what = plain(category(service).title)
    if not points:
        st.caption(
            say("To see the minutes to the nearest service ({what}) at each place, choose a smaller region.", what=what)
        )
        return
    dot = "<span style='color:{};-webkit-text-stroke:.4px #555'>●</span>"
    steps = " · ".join(
        f"{dot.format(group.colour)} {escape(group.name)} ({number(len(group.rows))})" for group in points
    )
    title = escape(say("Places, minutes to the nearest service ({what})", what=category(service).title))
    st.html(f"<div style='font-size:.85rem'>{title}: {steps}</div>")


def _steps(service: Category) -> list[tuple[str, str]]:
    limits = [str(limit) for limit in service.thresholds]
    between = (say("over {low} to {high}", low=low, high=high) for low, high in pairwise(limits))
    titles = [say("up to {high}", high=limits[0]), *between, say("over {low}", low=limits[-1])]
    palette = PALETTES["worse"]
    picks = np.linspace(0, len(palette) - 1, len(titles)).round().astype(int)
    return [*zip(titles, (palette[pick] for pick in picks), strict=True), (say("out of reach"), OUT_OF_REACH)]
