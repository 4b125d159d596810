"""What a briefing says, block by block, whatever file it becomes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geodata import i18n as language
from geodata.i18n import enumerated, number, percent, say, says
from geodata.i18n.message import tell
from geodata.store import Territory
from pipelines.access.travel import storage as travelmodel
from pipelines.areas.shortlist import Shortlist
from pipelines.export.briefing.picture import Picture, draw
from pipelines.priority.analysis import Analysis, dimensions
from pipelines.priority.robustness import TIERS

# Reasons of a longer list are in the files; a council does not read more.
MOST_REASONS = 50


@dataclass(frozen=True)
class Heading:
    """A heading of the first or second rank."""

    text: str
    rank: int = 2


@dataclass(frozen=True)
class Text:
    """A paragraph, on request led by words in bold, or set small."""

    text: str
    lead: str = ""
    small: bool = False


@dataclass(frozen=True)
class Table:
    """A table with a caption; `widths` are shares of the page, `numbers` the columns set to the right."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    numbers: frozenset[int] = frozenset()


Block = Heading | Text | Table | Picture


@dataclass(frozen=True)
class Document:
    """A briefing: its title, language and blocks in reading order."""

    title: str
    language: str
    blocks: tuple[Block, ...]


def briefing(territory: Territory, listed: Shortlist, asked: Analysis) -> Document:
    """Write a shortlist as a briefing in the language in use.

    It answers in this order: what the list is, where its areas are, which they are and how sure that is, why each is
    on it, how it was made, what the data do not know, and where they come from.

    Parameters
    ----------
    territory
        The territory of the list, for the map.
    listed
        The list, with `rank`, `rank_low`, `rank_high`, `probability`, `tier` and `reason`.
    asked
        The analysis that the list was made by.
    """
    place = _place(territory, listed)
    title = say("Priority areas: {territory}", territory=place)
    blocks: list[Block] = [
        Heading(title, rank=1),
        *_summary(listed, place),
        draw(territory, listed, asked),
        Heading(say("The list")),
        _list(listed),
        Heading(say("Why these areas")),
        *_reasons(listed),
        Heading(say("How the list was made")),
        *_method(listed, asked),
        Heading(say("What the data do not know")),
        *_limits(listed),
        Heading(say("Sources and licences")),
        _sources(listed),
        Text(
            say(
                "Territory {territory}, version {version}. The same list by command: {command}",
                territory=listed.manifest["territory"],
                version=listed.manifest["territory_version"],
                command=listed.manifest["command"],
            ),
            small=True,
        ),
    ]
    return Document(title, language.current(), tuple(blocks))


def _place(territory: Territory, listed: Shortlist) -> str:
    """Name what the list was taken from: the region that was looked at, and the territory."""
    region, whole = listed.manifest["view"]["selection"]["region"], tell(territory.manifest["title"])
    names = territory.layer("regions").set_index("region_id")["name"]
    return f"{names[region]}, {whole}" if region else whole


def _summary(listed: Shortlist, place: str) -> list[Text]:
    areas, k = listed.areas, listed.manifest["priority"]["k"]
    people, old = areas["population"].sum(), _sum(areas, "people_65_plus")
    told = [
        says(
            "This briefing lists {count} area of {territory} where need is high and resources are few.",
            "This briefing lists {count} areas of {territory} where need is high and resources are few.",
            len(areas),
            territory=place,
        ),
        say("{people} people live there.", people=number(people))
        if np.isnan(old)
        else say("{people} people live there, {old} of them aged 65 and over.", people=number(people), old=number(old)),
    ]
    counted = areas["tier"].value_counts()
    tiers = [f"{number(counted[tier])} {say(tier)}" for tier in TIERS if tier in counted]
    if tiers:
        told.append(
            say("How sure it is that they are among the first {k}: {tiers}.", k=number(k), tiers=enumerated(tiers))
        )
    regions = [str(name) for name in areas["nuts2_name"].dropna().unique()]
    if 0 < len(regions) <= 6:
        told.append(say("They lie in {regions}.", regions=enumerated(regions)))
    return [Text(" ".join(told))]


def _sum(areas: pd.DataFrame, name: str) -> float:
    return float(areas[name].sum(min_count=1)) if name in areas else np.nan


def _list(listed: Shortlist) -> Table:
    noted = "note" in listed.areas and listed.areas["note"].fillna("").str.len().gt(0).any()
    head = [
        *("", say("Area"), say("Region"), say("Tier"), say("Rank"), say("Range"), say("Listed")),
        *(say("People"), say("65+"), say("Gap")),
        *([say("Note")] if noted else []),
    ]
    rows = []
    for row in listed.areas.to_dict("records"):
        rows.append(
            (
                number(row["order"]),
                str(row["name"]),
                _text(row.get("nuts3_name")) or _text(row.get("nuts2_name")),
                say(row["tier"]) if isinstance(row["tier"], str) else say("not scorable"),
                _number(row["rank"]),
                "–" if pd.isna(row["rank_low"]) else f"{number(row['rank_low'])}–{number(row['rank_high'])}",
                "–" if pd.isna(row["probability"]) else percent(100 * row["probability"]),
                _number(row.get("population")),
                "–" if pd.isna(row.get("share_65_plus", np.nan)) else percent(row["share_65_plus"], 1),
                _number(row.get("gap"), 1),
                *([_text(row["note"])] if noted else []),
            )
        )
    widths = (4, 18, 15, 11, 7, 11, 8, 10, 8, 8, *([20] if noted else []))
    caption = say(
        "Rank by gap among all areas; range: places that 9 of 10 replicates give the area; listed: share of the "
        "replicates with the area among the first {k}. A dash is a missing value.",
        k=number(listed.manifest["priority"]["k"]),
    )
    return Table(caption, tuple(head), tuple(rows), widths, frozenset({0, 4, 5, 6, 7, 8, 9}))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any, decimals: int = 0) -> str:
    return "–" if value is None or pd.isna(value) else number(value, decimals)


def _reasons(listed: Shortlist) -> list[Text]:
    rows = listed.areas.head(MOST_REASONS)
    told = [
        Text(str(reason), lead=f"{number(order)}. {name}")
        for order, name, reason in zip(rows["order"], rows["name"], rows["reason"], strict=True)
    ]
    if len(listed.areas) > MOST_REASONS:
        told.append(
            Text(
                say(
                    "The reasons of the other {count} areas are in the exported files.",
                    count=number(len(listed.areas) - MOST_REASONS),
                )
            )
        )
    return told


def _method(listed: Shortlist, asked: Analysis) -> list[Block]:
    weights = dimensions(asked.configuration)
    totals = {index: sum(weight for (of, _), weight in weights.items() if of == index) for index, _ in weights}
    named = {name: str(row["title"]) for name, row in listed.codebook.set_index("indicator").iterrows()}
    terms: dict[tuple[str, str], list[str]] = {}
    for (index, dimension, _), _, term in asked.configuration.terms():
        terms.setdefault((index, dimension), []).append(tell(named.get(term.indicator, term.indicator)))
    rows = tuple(
        (
            tell(named.get(index, index)),
            say(dimension),
            percent(100 * weight / totals[index]),
            "; ".join(terms[(index, dimension)]),
        )
        for (index, dimension), weight in weights.items()
    )
    return [
        Text(
            say(
                "Need says who lives there and how dependent they are; resources say what is within reach. Both go "
                "from 0 to 100 between fixed goalposts. The gap is need that resources do not meet: "
                "√(need × (100 − resources)). The list was ranked by it under the weighting “{weighting}”.",
                weighting=tell(asked.configuration.title),
            )
        ),
        Table(
            say("Weight of each dimension in its index, and the indicators it is made of."),
            (say("Index"), say("Dimension"), say("Weight"), say("Indicators")),
            rows,
            (13, 16, 9, 62),
            frozenset({2}),
        ),
        Text(
            say(
                "How sure a place on the list is comes from {draws} replicates that rank all areas again with other "
                "choices that are as defensible (other weights and goalposts, one indicator left out) and with errors "
                "in the data (travel minutes, chance in small places). An area is firm when it is among the first {k} "
                "in at least 90 % of them, likely from 50 %, borderline from 10 %.",
                draws=number(asked.draws),
                k=number(asked.k),
            )
        ),
        Text(travelmodel.told(listed.manifest["travel"]), lead=say("Travel minutes:")),
    ]


def _limits(listed: Shortlist) -> list[Text]:
    weak = listed.sources[listed.sources["completeness"].isin(["partial", "illustrative"])]
    told = [
        Text(tell(row["limits"]), lead=f"{tell(row['title'])} ({say(row['completeness'])}):")
        for row in weak.to_dict("records")
    ]
    notes = [Text(tell(note)) for note in listed.manifest["notes"]]
    return [*told, *notes] or [Text(say("No list is known to be incomplete, and nothing is missing."))]


def _sources(listed: Shortlist) -> Table:
    rows = tuple(
        (tell(row["title"]), row["publisher"], row["year"], row["licence"], row["attribution"])
        for row in listed.origins.to_dict("records")
    )
    return Table(
        say("Whoever passes figures of this briefing on names these sources."),
        (say("Data"), say("Publisher"), say("Year"), say("Licence"), say("Attribution")),
        rows,
        (26, 16, 7, 15, 36),
    )
