"""The indicator dictionary: names, units, directions, formulas. Codebook and labels come from it.

Its texts are read in the language in use: a build is made in English, a screen in that of the person before it.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import pandas as pd
from pydantic import Field

from geodata import configfile
from geodata import i18n as language
from geodata.configfile import Section, Text, Texts, Whole, one_of
from geodata.errors import InputError
from geodata.i18n import mark, number, say
from geodata.i18n.message import Message, tell
from geodata.names import suggest

DICTIONARY = Path(__file__).parent / "indicators.yaml"
CATEGORIES = Path(__file__).parent / "services.yaml"
# Thresholds that stand in the names of indicators, and these names; title and formula in the dictionary say the same.
# A place of so many people is a city.
CITY_PEOPLE = 50_000
MINUTES_CITY = f"minutes_city_{CITY_PEOPLE // 1000}k"
# People from which a place is a town. Its size stands in for everyday services where no list of them is complete, as in
# ARIA+ and in Scotland's urban-rural classification.
TOWNS = {"minutes_town_5k": 5_000, "minutes_town_10k": 10_000}
# A planner's usual hour: farther away than this a project is not within reach.
PROJECT_MINUTES = 60
PROJECTS_WITHIN = f"projects_within_{PROJECT_MINUTES}"
# Services are counted for so many people where no travel times are computed.
RATE_PEOPLE = 100_000
PROJECTS_IN_AREA = "projects_in_area"
MINUTES_URBAN_CENTRE = "minutes_urban_centre"
MINUTES_TO_CITY = "minutes_to_city"
# Texts of an entry that people read; its classes too.
TEXTS = ("title", "unit", "formula", "missing")
# Layers that are compiled by hand, as examples.
EXAMPLES = frozenset({"projects", "consortia"})
Direction = Literal["worse", "better", "neutral"]
DIRECTIONS = (mark("worse"), mark("better"), mark("neutral"))
Minutes = Annotated[tuple[Annotated[Whole, Field(gt=0)], ...], Field(min_length=1)]


@dataclass(frozen=True)
class Category:
    """A category of service: how it is named and drawn, and beyond how many minutes people count as far from it.

    `by_sea` says whether ways to it may take a ferry: nobody crosses the sea for a train.
    """

    id: str
    title: str
    plural: str
    symbol: str
    colour: str
    thresholds: tuple[int, ...]
    by_sea: bool = True

    @property
    def heading(self) -> str:
        """Title as the first words of a line."""
        return self.title[:1].upper() + self.title[1:]


@dataclass(frozen=True)
class Indicator:
    """One number per area.

    `direction` says how a planner reads a higher value; `layers` are the layers of a territory it is computed
    from, whose catalogue entries give its year and its sources. `classes` names the values 1, 2, ... of an indicator
    that is a class, the least remote first; `service` is the category it is about, if any. `dimension` is the English
    name of its group, which `say` writes; `measure` is its unit in English, by which units are told apart.
    """

    id: str
    title: str
    unit: str
    decimals: int
    direction: Direction
    dimension: str
    layers: tuple[str, ...]
    formula: str
    missing: str
    measure: str
    classes: tuple[str, ...] = ()
    service: str = ""

    @property
    def bare(self) -> bool:
        """Whether its numbers stand without a unit, as those of an index do."""
        return self.measure.startswith(("index", "1 ="))

    def format(self, value: Any) -> str:
        """Write a number as the screen shows it, with its unit; missing is said, never 0."""
        if pd.isna(value):
            return say("no data")
        if self.classes:
            return self.classes[int(value) - 1]
        if self.measure == "%":
            return language.percent(value, self.decimals)
        written = number(value, self.decimals)
        return written if self.bare else f"{written} {self.unit}"


class _Category(Section):
    """An entry of `services.yaml`."""

    title: Text
    plural: Text
    symbol: Text
    colour: Text
    thresholds: Minutes
    by_sea: bool = True


class _Entry(Section):
    """An entry of `indicators.yaml`, which says what each key means."""

    title: Text
    unit: Text
    decimals: Whole
    direction: Annotated[Direction, one_of(get_args(Direction))]
    dimension: Text
    layers: Texts
    formula: Text
    missing: Text
    classes: Texts = ()
    for_each: Literal["service", "threshold"] | Minutes | dict[str, Minutes] | None = None


def categories() -> dict[str, Category]:
    """Every category of service that the product knows, by id."""
    return _categories(language.current())


@cache
def _categories(spoken: str) -> dict[str, Category]:
    with language.using(spoken):
        return {
            key: Category(
                id=key, **dict(entry) | {"title": tell(Message(entry.title)), "plural": tell(Message(entry.plural))}
            )
            for key, entry in configfile.load(dict[str, _Category], CATEGORIES).items()
        }


def category(name: str) -> Category:
    """One category of service.

    Raises
    ------
    InputError
        The category is not in `services.yaml`.
    """
    if name not in categories():
        raise InputError(f"There is no service category {name!r}; {suggest(name, categories())}.")
    return categories()[name]


def dictionary(services: tuple[str, ...]) -> dict[str, Indicator]:
    """Every indicator of a territory with these service categories, by id, in the order of the dictionary.

    Raises
    ------
    InputError
        A category is unknown, or an entry of the dictionary is not as it should be; file, line and key are named.
    """
    indicators: dict[str, Indicator] = {}
    for key, entry in _entries(DICTIONARY).items():
        for words in _expansions(entry.for_each, services):
            name = key.format(**words)
            indicators[name] = Indicator(
                id=name,
                title=tell(Message(entry.title, **words)),
                unit=tell(Message(entry.unit, **words)),
                decimals=entry.decimals,
                direction=entry.direction,
                dimension=entry.dimension,
                layers=entry.layers,
                formula=tell(Message(entry.formula, **words)),
                missing=tell(Message(entry.missing, **words)),
                measure=entry.unit,
                classes=tuple(tell(Message(name)) for name in entry.classes),
                service=str(words.get("service", "")),
            )
    return indicators


@cache
def _entries(path: Path) -> dict[str, _Entry]:
    return configfile.load(dict[str, _Entry], path)


def _expansions(
    for_each: str | tuple[int, ...] | dict[str, tuple[int, ...]] | None, services: tuple[str, ...]
) -> list[dict[str, Any]]:
    """The words that stand for {service}, {title}, {plural}, {limit}, {minutes} and others in each copy of an entry."""
    if for_each is None:
        return [{}]
    if isinstance(for_each, dict):
        return [{name: value} for name, values in for_each.items() for value in values]
    if isinstance(for_each, tuple):
        return [{"minutes": minutes} for minutes in for_each]
    named = [category(name) for name in services]
    words: list[dict[str, Any]] = [
        {"service": each.id, "title": each.title, "plural": each.plural, "limit": max(each.thresholds)}
        for each in named
    ]
    if for_each == "service":
        return words
    return [word | {"minutes": minutes} for each, word in zip(named, words, strict=True) for minutes in each.thresholds]


def coverage_unknown(indicator: str) -> bool:
    """Whether an indicator counts a list of examples, of which nobody knows how much it lacks: no index may hold it."""
    entry = _entries(DICTIONARY).get(indicator)
    return entry is not None and not EXAMPLES.isdisjoint(entry.layers)


def minutes_to(service: str) -> str:
    """Id of the indicator of travel minutes to the nearest of a category."""
    return f"minutes_{service}"


def rate_of(service: str) -> str:
    """Id of the indicator of services of a category for every `RATE_PEOPLE` people."""
    return f"{service}_per_{RATE_PEOPLE:_}"
