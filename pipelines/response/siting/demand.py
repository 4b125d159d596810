"""Who is to be served: people at places, or those of them that a question is about."""

import geopandas as gpd
import pandas as pd

from geodata.errors import InputError
from geodata.i18n import mark, say
from geodata.i18n.message import Message, plural
from geodata.schema import by_id
from geodata.store import Territory
from pipelines.areas.selection import lie_in
from pipelines.response.siting.question import DEMANDS, Question

SHARED_OUT = mark("Ages and need are those of the area: they are taken to be the same at all its places.")


def at_places(territory: Territory, table: pd.DataFrame, question: Question) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Places with their demand, index place_id; those whose people are not known are left out."""
    places = by_id(territory.layer("places"), "place_id")
    places = places[lie_in(places["area_id"], table, question.region)]
    # People are known by place, and ages where a grid counts them.
    by_place = question.demand == "population" or (question.demand in places and places[question.demand].notna().any())
    if by_place:
        people = places[question.demand]
    else:
        part = _part(table, question.demand, territory.manifest["title"])
        people = places["population"] * places["area_id"].map(part)
    unknown = int(people.isna().sum())
    places_with_people = places.assign(people=people, area=places["area_id"].map(table["name"]))[people.notna()]
    notes = [] if by_place else [SHARED_OUT]
    if unknown:
        sentence = plural(
            "{count} place has no known number of {whom} and is left out.",
            "{count} places have no known number of {whom} and are left out.",
            unknown,
            whom=Message(DEMANDS[question.demand]),
        )
        notes.append(sentence)
    return places_with_people[["place_id", "name", "area_id", "area", "people", "geometry"]], notes


def _part(table: pd.DataFrame, demand: str, title: str) -> pd.Series:
    """People of an age, or in need, for each person of an area."""
    needed = {"people_under_15": "share_under_15"}.get(demand, demand)
    if needed not in table:
        raise InputError(
            say("{title} does not know {demand}; ask for another demand.", title=title, demand=say(DEMANDS[demand]))
        )
    if demand == "people_65_plus":
        return table["people_65_plus"] / table["population"].where(table["population"] > 0)
    return table[needed] / 100
