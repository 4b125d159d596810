"""The indicator dictionary: names, units, directions, formulas. Codebook and labels come from it."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from geodata.errors import InputError
from geodata.names import suggest
from geodata.yamlfile import read_mapping

DICTIONARY = Path(__file__).parent / "indicators.yaml"
CATEGORIES = Path(__file__).parent / "services.yaml"
Direction = Literal["worse", "better", "neutral"]


@dataclass(frozen=True)
class Category:
    """A category of service: how it is named and drawn, and beyond how many minutes people count as far from it."""

    id: str
    title: str
    plural: str
    symbol: str
    colour: str
    thresholds: tuple[int, ...]

    @property
    def heading(self) -> str:
        """Title as the first words of a line."""
        return self.title[:1].upper() + self.title[1:]


@dataclass(frozen=True)
class Indicator:
    """One number per area.

    `direction` says how a planner reads a higher value; `layers` are the layers of a territory it is computed
    from, whose catalogue entries give its year and its sources. `classes` names the values 1, 2, ... of an indicator
    that is a class, the least remote first; `service` is the category it is about, if any.
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
    classes: tuple[str, ...] = ()
    service: str = ""

    def format(self, value: Any) -> str:
        """Write a number as the screen shows it, with its unit; missing is said, never 0."""
        if pd.isna(value):
            return "no data"
        if self.classes:
            return self.classes[int(value) - 1]
        number = f"{value:,.{self.decimals}f}"
        if self.unit.startswith(("index", "1 =")):
            return number
        return f"{number}{'' if self.unit == '%' else ' '}{self.unit}"


@cache
def categories() -> dict[str, Category]:
    """Every category of service that the product knows, by id."""
    return {
        key: Category(id=key, **entry | {"thresholds": tuple(entry["thresholds"])})
        for key, entry in read_mapping(CATEGORIES).items()
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
        A category is unknown, or an entry of the dictionary lacks a key.
    """
    found: dict[str, Indicator] = {}
    for key, entry in read_mapping(DICTIONARY).items():
        for words in _expansions(entry.get("for_each"), services):
            texts = {
                name: value.format(**words) if isinstance(value, str) else value
                for name, value in entry.items()
                if name != "for_each"
            }
            name, service = key.format(**words), str(words.get("service", ""))
            try:
                lists = {"layers": tuple(texts["layers"]), "classes": tuple(texts.get("classes", ()))}
                fields: dict[str, Any] = texts | lists
                found[name] = Indicator(id=name, service=service, **fields)
            except (TypeError, KeyError) as error:
                raise InputError(
                    f"Indicator {key} in {DICTIONARY.name} has wrong keys ({error}); correct it."
                ) from None
    return found


def _expansions(for_each: str | list[int] | None, services: tuple[str, ...]) -> list[dict[str, object]]:
    """The words that stand for {service}, {title}, {plural}, {limit} and {minutes} in each copy of an entry."""
    if for_each is None:
        return [{}]
    if isinstance(for_each, list):
        return [{"minutes": minutes} for minutes in for_each]
    named = [category(name) for name in services]
    words: list[dict[str, object]] = [
        {"service": each.id, "title": each.title, "plural": each.plural, "limit": max(each.thresholds)}
        for each in named
    ]
    if for_each == "service":
        return words
    return [word | {"minutes": minutes} for each, word in zip(named, words, strict=True) for minutes in each.thresholds]


def minutes_to(service: str) -> str:
    """Id of the indicator of travel minutes to the nearest of a category."""
    return f"minutes_{service}"
