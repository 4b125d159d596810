"""Who needs most under a weighting, how sure that is, and why.

The screen, the command line and the exports all ask an `Analysis`, so that they tell the same list.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import pandas as pd

from geodata.errors import InputError
from geodata.i18n import mark, say
from geodata.i18n.message import Message, tell
from pipelines.priority import configuration as configurations
from pipelines.priority import reasons
from pipelines.priority.composite import Scores, score
from pipelines.priority.configuration import Configuration
from pipelines.priority.contributions import Contributions, contributions
from pipelines.priority.nearmiss import NearMiss, near_miss, standing
from pipelines.priority.ranking import groups, rank
from pipelines.priority.reasons import Evidence
from pipelines.priority.replicates import Progress
from pipelines.priority.robustness import Robustness, probabilities, simulate, tiers, within_regions

LENGTH, SHARE, DRAWS, SEED = 100, 0.2, 1000, 1
INDICES = ("need", "resources", "gap")
HEAVIEST = 3.0
# Regions within which areas are compared too.
REGIONS, FEWEST = ("nuts2", "nuts3"), 5
NOT_LISTED = mark("not on the list")
# Areas of a list, the nearest to the line first, for which the change that would take them across is looked for.
SEARCHED = 60


def usual_length(areas: int) -> int:
    """Length of a list that nobody gave one: 100 areas, at most a fifth of all, for who lists all says nothing."""
    return max(1, min(LENGTH, int(SHARE * areas)))


def regional_length(areas: int) -> int:
    """Length of the list of a region: as usual, and none where there are fewer areas than `FEWEST`."""
    return usual_length(areas) if areas >= FEWEST else 0


@dataclass(frozen=True, eq=False)
class Analysis:
    """A question, and its answers, each computed when first asked for.

    Attributes
    ----------
    built
        All areas of a territory: the table of `pipelines.build.areas.table`. It is not changed.
    configuration
        The weighting.
    k
        Length of the list: the areas with the k highest gaps of the whole territory.
    draws, seed
        Of the replicates that say how sure a rank is.
    progress
        Told how many replicates are done, and of how many.
    touching
        Finds the areas that touch, `neighbours` of `composite.score`; called only where a weighting imputes by them.
    """

    built: pd.DataFrame
    configuration: Configuration
    k: int = LENGTH
    draws: int = DRAWS
    seed: int = SEED
    progress: Progress | None = field(default=None, repr=False)
    touching: Callable[[], pd.DataFrame] | None = field(default=None, repr=False)

    @property
    def _regions(self) -> pd.Series:
        return self.built["nuts2"]

    @property
    def _neighbours(self) -> pd.DataFrame | None:
        return self.touching() if self.touching is not None and self.configuration.imputes("neighbours") else None

    @cached_property
    def scores(self) -> Scores:
        """Need, resources and gap with every step."""
        return score(self.built, self.configuration, regions=self._regions, neighbours=self._neighbours)

    @cached_property
    def table(self) -> pd.DataFrame:
        """The table of areas, with need, resources and gap of this weighting."""
        return self.built.assign(**{index: self.scores.frame[index] for index in INDICES})

    @cached_property
    def robustness(self) -> Robustness:
        """Rank intervals, probabilities and tiers by gap, over all areas of the territory."""
        return simulate(self.built, self.configuration, progress=self.progress, **self._choices)

    @cached_property
    def probability(self) -> pd.Series:
        """Probability to be on the list, as `robustness` has it, sooner where nobody asks for intervals."""
        return probabilities(self.built, self.configuration, **self._choices)

    @property
    def _choices(self) -> dict[str, Any]:
        return {
            "k": self.k,
            "draws": self.draws,
            "seed": self.seed,
            "regions": self._regions,
            "neighbours": self._neighbours,
            "baseline": self.scores,
        }

    @cached_property
    def data_errors(self) -> pd.Series:
        """Probability to be on the list by the errors of the data alone, with the weighting as it is."""
        alone = replace(self.configuration, uncertainty=self.configuration.uncertainty.errors_alone())
        return probabilities(self.built, alone, **self._choices)

    @cached_property
    def named_ways(self) -> pd.DataFrame:
        """Whether each area is on the list of as many areas under each preset that the territory has, by its name."""
        return pd.DataFrame(
            {
                name: rank(score(self.built, preset, regions=self._regions).frame).le(self.k).fillna(False).astype(bool)
                for name, preset in presets(self.built).items()
            },
            index=self.built.index,
        )

    @cached_property
    def within_regions(self) -> dict[str, pd.DataFrame]:
        """How sure it is that an area is among the first of its region, by kind of `REGIONS`."""
        choices = {name: value for name, value in self._choices.items() if name != "k"}
        parts = {level: self.built[level] for level in REGIONS if level in self.built}
        return within_regions(self.built, self.configuration, parts=parts, length=regional_length, **choices)

    @cached_property
    def groups(self) -> pd.Series:
        """Ten groups of areas by gap, 1 the highest: the level on which the index is published."""
        return groups(self.ranks)

    def people_in_first_group(self, level: str = "nuts2", *, of: str = "people_65_plus") -> pd.DataFrame:
        """How many people live in the areas of the first group, by region.

        Returns
        -------
        DataFrame
            Index the regions, most people first; areas, people, and share of those of the region in percent.
        """
        table = pd.DataFrame({"region": self.built[level], "people": self.built[of], "here": self.groups == 1})
        table["here"] = table["here"].fillna(False).astype(bool)
        total = table.groupby("region")["people"].sum()
        here = table[table["here"]].groupby("region")["people"].agg(["size", "sum"])
        found = pd.DataFrame({"areas": here["size"], "people": here["sum"], "share": 100 * here["sum"] / total})
        return found.dropna().sort_values("people", ascending=False)

    @cached_property
    def contributions(self) -> Contributions:
        """Points that each indicator adds to the gap of the typical area."""
        return contributions(self.scores)

    @cached_property
    def evidence(self) -> Evidence:
        """What can be told of each area."""
        return reasons.evidence(self.scores, self.contributions)

    @cached_property
    def ranks(self) -> pd.Series:
        """Rank by gap over the territory."""
        return rank(self.scores.frame)

    def of(self, built: pd.DataFrame) -> "Analysis":
        """Ask the same of another table of the same areas, such as that of a scenario."""
        return replace(self, built=built)

    def tiers(self, area_ids: pd.Index) -> pd.Series:
        """Tier of areas in words, `NOT_LISTED` below the lowest tier; missing where an area is not scorable."""
        return in_words(self.robustness.frame.loc[area_ids, "probability"])

    def near_miss(self, area_id: str) -> NearMiss | None:
        """Distance of an area to the line, and what would take it across; None where it is not scorable."""
        return near_miss(self.built, self.scores, area_id, k=self.k, regions=self._regions, neighbours=self._neighbours)

    def sentence(self, area_id: str) -> str:
        """Why an area is where it is, in plain words, with its distance to the line."""
        return reasons.sentence(self.evidence, area_id, near=self.near_miss(area_id))

    def why(self, area_id: str) -> pd.DataFrame:
        """Facts on each indicator of an area, as `reasons.reasons`, and its `percentile_region`."""
        facts = reasons.reasons(self.evidence, area_id)
        values = self.scores.figures.droplevel(["index", "dimension"], axis=1)
        here = self._regions[self._regions == self._regions[area_id]].index.union([area_id])
        places = reasons.percentiles(values.loc[here, ~values.columns.duplicated()])
        facts["percentile_region"] = places.loc[area_id]
        return facts

    def just_off(self, among: pd.Index, count: int) -> dict[str, str]:
        """Areas that come next after the line and how near they are in words, by code, nearest first."""
        ranks = self.ranks.loc[among]
        off = ranks[ranks > self.k].sort_index().sort_values(kind="stable").index[:count]
        misses = {str(area_id): self.near_miss(area_id) for area_id in off}
        return {area_id: reasons.nearness(miss) for area_id, miss in misses.items() if miss is not None}

    def columns(self, area_ids: list[str]) -> pd.DataFrame:
        """What a list says of each area beside its figures, index area_id.

        The columns of `sure`, and `reason`: the `sentence`, with the distance to the line. The change that would take
        an area across is told of the `SEARCHED` areas of the list that are nearest to the line: each scores the
        territory anew, which for thousands would take minutes.
        """
        near: dict[str, NearMiss | None] = dict(standing(self.scores, k=self.k))
        nearest = sorted((area_id for area_id in area_ids if area_id in near), key=self._places_from_line)
        near |= {area_id: self.near_miss(area_id) for area_id in nearest[:SEARCHED]}
        told = [reasons.sentence(self.evidence, area_id, near=near.get(area_id)) for area_id in area_ids]
        return self.sure(pd.Index(area_ids, name="area_id")).assign(reason=told)

    def sure(self, listed: pd.Index) -> pd.DataFrame:
        """Where areas stand and how sure that is, index as given.

        `group`, `rank`, `rank_low` and `rank_high` (5 and 95 %), `probability`, `tier`; of each kind of region of
        `REGIONS`, such as nuts2: `first_nuts2`, the length of its list, and `probability_nuts2` and `tier_nuts2`;
        `named_ways`, the presets under which an area is on the list, and `probability_errors`, see `data_errors`.
        """
        found = self.robustness.frame.loc[listed, ["rank", "rank_low", "rank_high", "probability"]]
        found.insert(0, "group", self.groups[listed])
        found["tier"] = self.tiers(listed)
        for level, part in self.within_regions.items():
            found[f"first_{level}"] = part["first"][listed]
            found[f"probability_{level}"] = part["probability"][listed]
            found[f"tier_{level}"] = in_words(part["probability"][listed])
        ways = self.named_ways.loc[listed].sum(axis=1).astype("Int64")
        return found.assign(named_ways=ways.where(found["rank"].notna()), probability_errors=self.data_errors[listed])

    def _places_from_line(self, area_id: str) -> tuple[float, str]:
        return abs(float(self.ranks[area_id]) - self.k - 0.5), area_id

    def audit(self, area_ids: list[str]) -> pd.DataFrame:
        """Every step of the index for areas, as `Scores.audit`, then the points of each indicator of the gap."""
        points = self.contributions.parts.set_axis(
            ["|".join([*key, "points"]) for key in self.contributions.parts.columns], axis=1
        )
        typical = self.contributions.start.rename("gap of the typical area")
        return self.scores.audit().join([typical, points]).loc[area_ids]

    def facts(self) -> dict[str, Any]:
        """What repeats the analysis, for the manifest of a list."""
        return {
            "title": self.configuration.title,
            "configuration": configurations.dump(self.configuration),
            "by": self.robustness.by,
            "k": self.k,
            "draws": self.draws,
            "seed": self.seed,
        }

    @property
    def named(self) -> str:
        """The weighting as `--config` takes it: the name of a preset, or of the file that a package holds it in."""
        name = self.configuration.name
        known = name in configurations.names() and configurations.load(name) == self.configuration
        return name if known else "configuration.yaml"

    def options(self) -> str:
        """Options of the command line that ask the same; a weighting of one's own is the file in the package."""
        return f"--config {self.named} --k {self.k} --draws {self.draws} --seed {self.seed}"


def in_words(probability: pd.Series) -> pd.Series:
    """Tier of each probability to be on the list, `NOT_LISTED` below the lowest tier, missing where it is missing."""
    return tiers(probability).where(lambda tier: tier.notna() | probability.isna(), NOT_LISTED)


def presets(built: pd.DataFrame) -> dict[str, Configuration]:
    """The weightings that come with the product, by name, whose indicators a territory has."""
    found = {name: configurations.load(name) for name in configurations.names()}
    known = {str(name) for name, column in built.items() if column.notna().any()}
    return {name: each for name, each in found.items() if all(term.needs <= known for _, _, term in each.terms())}


def dimensions(configuration: Configuration) -> dict[tuple[str, str], float]:
    """Weight of each dimension, by (index, dimension), in the order of the file."""
    return {(index, part.name): part.weight for index, parts in configuration.indices.items() for part in parts}


def reweigh(configuration: Configuration, weights: tuple[float, ...]) -> Configuration:
    """Give the dimensions of a weighting other weights, in the order of `dimensions`.

    Raises
    ------
    InputError
        There are too many weights or too few, one is not between 0 and `HEAVIEST`, or all of an index are 0.
    """
    known = dimensions(configuration)
    if len(weights) != len(known):
        raise InputError(
            say(
                "There are {count} weights, but {weighting} has {expected} dimensions.",
                count=len(weights),
                weighting=tell(configuration.title),
                expected=len(known),
            )
        )
    if not all(0 <= weight <= HEAVIEST for weight in weights):
        raise InputError(say("A weight is not between 0 and {most}.", most=f"{HEAVIEST:g}"))
    if weights == tuple(known.values()):
        return configuration
    changed = configuration.weighted(dict(zip(known, weights, strict=True)))
    return replace(changed, title=Message("{title}, own weights", title=Message(configuration.title)))
