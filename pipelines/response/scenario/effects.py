"""What a scenario means: for whom, where, and how evenly; before and after."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata import indicators
from geodata.i18n import number, say
from geodata.indicators import PROJECTS_WITHIN, Indicator, minutes_to
from pipelines.access import services as service_access
from pipelines.priority.analysis import INDICES, Analysis, in_words
from pipelines.priority.composite import dictionary
from pipelines.response.scenario.applying import Outcome
from pipelines.response.scenario.baseline import Baseline

AGED = "people_65_plus"
SPREAD = ("fgt0", "mean", "gini", "theil", "palma")
# Sums of the same numbers in another order differ by a last digit; that is no change.
LEAST = 1e-9
# What shows with one decimal. Ranks within a territory shift a little everywhere when they shift anywhere.
FELT = 0.1
# Limits of the classes of a change, by the measure of the indicator; of an index in points.
LIMITS = {"min": (0.5, 5.0, 15.0), "projects": (1.0, 3.0, 10.0)}
POINTS = (FELT, 1.0, 5.0)


@dataclass(frozen=True, eq=False)
class Effects:
    """Before and after.

    Attributes
    ----------
    areas
        Every area, index area_id: `name`, `population`; for each indicator of `told`, and for rank and tier,
        `X_before` and `X_after`, and `X_change` (after less before; for rank above 0 is farther up the list).
    told
        Need, resources, gap, and minutes to each category computed again, and projects near when they changed.
    people
        One row a category and threshold: `category`, `minutes` (missing: those whose minutes change at all),
        `people_better`, `people_worse` (brought within the threshold, pushed beyond it), `people_before` and
        `people_after` (beyond it), and the same of people aged 65 and over, missing where ages are not known.
    inequality
        One row a region and category that changed, the territory first: `region_id`, `category`, and of each measure
        of `SPREAD` before and after.
    listed
        Codes of the areas that come onto the list of the first k by gap, and that leave it, by `on` and `off`.
    k
        Length of that list.
    """

    areas: pd.DataFrame
    told: tuple[str, ...]
    people: pd.DataFrame
    inequality: pd.DataFrame
    listed: dict[str, list[str]]
    k: int

    @property
    def moved(self) -> pd.DataFrame:
        """Areas for which anything told has changed by `FELT`, or the tier; the largest change of the gap first."""
        changes = self.areas[[f"{name}_change" for name in self.told]]
        beyond = self.areas[[f"{name}_{when}" for name in self.told for when in ("before", "after")]].isna()
        gained = np.zeros(len(self.areas), dtype=bool)
        for name in self.told:
            gained |= (beyond[f"{name}_before"] != beyond[f"{name}_after"]).to_numpy()
        tiers = self.areas[["tier_before", "tier_after"]].fillna("")
        gained |= (tiers["tier_before"] != tiers["tier_after"]).to_numpy()
        rows = self.areas[gained | (changes.abs() >= FELT).any(axis=1)]
        return rows.sort_values("gap_change", key=lambda change: -change.abs(), kind="stable")

    def sentences(self) -> list[str]:
        """Say who is affected, in the language in use: a sentence a category, then the areas and the list."""
        told = []
        for category, rows in self.people.groupby("category", sort=False):
            title = dictionary()[minutes_to(str(category))].title
            every = rows[rows["minutes"].isna()].iloc[0]
            parts = [
                say(
                    "{title}: {nearer} people have fewer minutes and {farther} more",
                    title=title,
                    nearer=number(every["people_better"]),
                    farther=number(every["people_worse"]),
                )
            ]
            for _, row in rows[rows["minutes"].notna()].iterrows():
                if row["people_better"] or row["people_worse"]:
                    parts.append(
                        say(
                            "{nearer} are brought within {minutes} minutes and {farther} pushed beyond",
                            nearer=number(row["people_better"]),
                            minutes=number(row["minutes"]),
                            farther=number(row["people_worse"]),
                        )
                    )
            told.append("; ".join(parts) + ".")
        change = self.areas["gap_change"]
        told.append(
            say(
                "The gap falls by 0.1 points or more in {fewer} areas and rises as much in {more}; {on} areas come "
                "onto the list of the first {k} and {off} leave it.",
                fewer=number((change <= -FELT).sum()),
                more=number((change >= FELT).sum()),
                on=number(len(self.listed["on"])),
                off=number(len(self.listed["off"])),
                k=number(self.k),
            )
        )
        return told


def limits_of(entry: Indicator) -> tuple[float, float, float]:
    """Least change of the three classes on each side of no change, in the unit of an indicator."""
    return LIMITS.get(entry.measure, POINTS)


def classes_of(change: pd.Series, entry: Indicator) -> pd.Series:
    """Class of each change of an indicator: 0 much better, 3 as it is, 6 much worse, -1 missing.

    A change is in the outermost class whose limit it reaches; a higher value is better or worse as the dictionary
    says.

    Examples
    --------
    >>> gap = dictionary()["gap"]
    >>> classes_of(pd.Series([-5.0, -0.1, 0.0, 0.1, np.nan]), gap).tolist()
    [0, 2, 3, 4, -1]
    """
    worse = -change if entry.direction == "better" else change
    steps = np.searchsorted(limits_of(entry), worse.abs().to_numpy(), side="right")
    found = pd.Series(3 + np.sign(worse.fillna(0.0)).to_numpy() * steps, index=change.index)
    return found.where(worse.notna(), -1).astype(int)


def effects(before: Baseline, outcome: Outcome, asked: Analysis, after: Analysis) -> Effects:
    """Compare a territory as it would be with what it is.

    Parameters
    ----------
    before, outcome
        The territory, and the outcome of a scenario on it.
    asked, after
        Who needs most: of the territory as it is, and the same of the scenario, see `asked_after`.
    """
    minutes = tuple(minutes_to(name) for name in outcome.places)
    projects = (PROJECTS_WITHIN,) if PROJECTS_WITHIN in outcome.values else ()
    told = (*(name for name in INDICES if asked.table[name].notna().any()), *minutes, *projects)
    columns: dict[str, pd.Series] = {"name": asked.table["name"], "population": _population(asked.table)}
    for name in told:
        columns |= {f"{name}_before": asked.table[name], f"{name}_after": after.table[name]}
        change = after.table[name] - asked.table[name]
        columns[f"{name}_change"] = change.where(change.isna() | (change.abs() > LEAST), 0.0)
    columns |= {"rank_before": asked.ranks, "rank_after": after.ranks, "rank_change": asked.ranks - after.ranks}
    index = asked.table.index
    columns |= {"tier_before": asked.tiers(index), "tier_after": in_words(after.probability)}
    areas = pd.DataFrame(columns)
    first, then = (areas[f"rank_{when}"] <= asked.k for when in ("before", "after"))
    return Effects(
        areas=areas,
        told=told,
        people=_people(before, outcome),
        inequality=_inequality(before, outcome),
        listed={
            "on": list(index[(then.fillna(False) & ~first.fillna(False)).to_numpy(dtype=bool)]),
            "off": list(index[(first.fillna(False) & ~then.fillna(False)).to_numpy(dtype=bool)]),
        },
        k=asked.k,
    )


def asked_after(outcome: Outcome, asked: Analysis) -> Analysis:
    """Ask the same of the territory as it would be."""
    return asked.of(outcome.onto(asked.built))


def _population(table: pd.DataFrame) -> pd.Series:
    return table["population"] if "population" in table else pd.Series(np.nan, index=table.index)


def _people(before: Baseline, outcome: Outcome) -> pd.DataFrame:
    """People whose minutes to each category change, and who cross its thresholds.

    People are where they live: at the places. Those aged 65 and over live where all people of their area do, unless the
    places say it.
    """
    places = before.places
    everybody = places["population"].fillna(0.0)
    old = pd.Series(np.nan, index=places.index)
    if places[AGED].notna().any():
        old = places[AGED].fillna(0.0)
    elif AGED in before.values:
        old = (places["weight"] * places["area_id"].map(before.values[AGED])).fillna(0.0)
    rows = []
    for category, now in outcome.places.items():
        first, then = before.access(category)["nearest"], now["nearest"]
        groups = {"people": everybody, "people_65_plus": old}
        crossings: list[tuple[float, pd.Series, pd.Series]] = [(np.nan, then < first - LEAST, then > first + LEAST)]
        for limit in service_access.thresholds(indicators.category(category), before.values.columns):
            crossings.append((limit, (then <= limit) & (first > limit), (then > limit) & (first <= limit)))
        for line, better, worse in crossings:
            marks = {"better": better, "worse": worse, "before": first > line, "after": then > line}
            row: dict[str, object] = {"category": category, "minutes": line}
            for group, living in groups.items():
                row |= {f"{group}_{mark}": living[there].sum(skipna=False) for mark, there in marks.items()}
            rows.append(row)
    names = [f"{group}_{mark}" for group in ("people", AGED) for mark in ("better", "worse", "before", "after")]
    found = pd.DataFrame(rows, columns=["category", "minutes", *names])
    if AGED not in before.values:
        found[[name for name in names if AGED in name]] = np.nan
    # Those whose minutes change at all cross no line.
    crossing = [name for name in names if name.endswith(("_before", "_after"))]
    found.loc[found["minutes"].isna(), crossing] = np.nan
    return found


def _inequality(before: Baseline, outcome: Outcome) -> pd.DataFrame:
    keys = ["region_id", "category"]
    table = outcome.inequality[[*keys, *SPREAD]].merge(
        before.inequality[[*keys, *SPREAD]], on=keys, how="left", suffixes=("_after", "_before")
    )
    order = [*keys, *(f"{name}_{when}" for name in SPREAD for when in ("before", "after"))]
    territory = (table["region_id"] != before.id).rename("part")
    return table.assign(part=territory).sort_values(["part", *keys], ignore_index=True)[order]
