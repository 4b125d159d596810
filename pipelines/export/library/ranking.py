"""Who comes first in a territory under a weighting, how sure that is, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geodata.errors import InputError
from geodata.i18n import LANGUAGES, using
from geodata.names import suggest
from geodata.store import Territory
from pipelines.areas import ranking, shortlist
from pipelines.areas.selection import Selection, rank_in_selection, select
from pipelines.export import importance
from pipelines.export.library.answers import Reason, ShortlistAnswer, page
from pipelines.priority import configuration
from pipelines.priority.analysis import INDICES, Analysis
from pipelines.priority.configuration import Configuration
from pipelines.priority.importance import choices, without_each

SURE = ["rank", "rank_low", "rank_high", "probability"]
PLACE = ["name", "nuts2_name", "nuts3_name", "degurba"]


def load_weighting(named: "str | Path | Configuration") -> Configuration:
    """Read a weighting.

    Parameters
    ----------
    named
        One that comes with the product (`balanced`, `health`, ...), the path of a .yaml file, or a weighting, which is
        returned as it is.

    Raises
    ------
    InputError
        There is no such weighting, or the file breaks a rule; file, line and key are named.

    Examples
    --------
    >>> older = load_weighting("health").weighted({("need", "Aged 80 and over"): 3.0})
    >>> older.title
    'Health'
    """
    return named if isinstance(named, Configuration) else configuration.load(str(named))


def check_language(name: str) -> str:
    """Check the code of a language.

    Raises
    ------
    InputError
        It is not spoken here.
    """
    if name not in LANGUAGES:
        raise InputError(f"There is no language {name!r}; choose one of {', '.join(LANGUAGES)}.")
    return name


@dataclass(frozen=True, eq=False)
class Ranking:
    """All areas of a territory in the order of a weighting; made by `Territory.rank`, computed when first asked for.

    Attributes
    ----------
    built
        The built territory.
    analysis
        The question and its answers, see `pipelines.priority.analysis.Analysis`.
    language
        Of sentences and briefings.
    """

    built: Territory
    analysis: Analysis
    language: str = "en"

    def areas(
        self,
        *,
        region: str = "",
        degurba: Iterable[str] = (),
        people_min: int = 0,
        people_max: int = 0,
        top: int | None = None,
        by: str = "gap",
    ) -> gpd.GeoDataFrame:
        """List areas in order, the first on top.

        Parameters
        ----------
        region
            Code of a NUTS region or country; empty for the whole territory.
        degurba
            Classes of the degree of urbanisation: "1" city, "2" town or suburb, "3" rural area; none for all.
        people_min, people_max
            Limits of the population, both included; 0 as the upper limit means none.
        top
            How many; None for all that have a value.
        by
            An indicator, or `probability`: the surest first.

        Returns
        -------
        GeoDataFrame
            Index area_id, EPSG:4326: name, regions by name, `rank` by gap in the territory with `rank_low` and
            `rank_high` (5 and 95 % of the replicates), `probability` and `tier` to be among the first k,
            `rank_in_selection` by the indicator among the areas that pass the filters, and every indicator.

        Raises
        ------
        InputError
            The region or the indicator is unknown, or no area passes the filters.

        Examples
        --------
        >>> import pipelines as rural
        >>> ranking = rural.territory("italy").rank("health", draws=50)
        >>> areas = ranking.areas(region="ITF5", top=3)
        >>> areas.crs.to_string(), areas.index.name, areas["rank_in_selection"].tolist()
        ('EPSG:4326', 'area_id', [1, 2, 3])
        """
        view = self._view(region, degurba, people_min, people_max, by)
        ids = ranking.top(self.built, view, count=top or len(self.analysis.table), asked=self.analysis)
        passing = self.analysis.table[select(self.analysis.table, view.selection)]
        key = "gap" if by == ranking.FIRMEST else by
        with using(self.language):
            tiers = self.analysis.tiers(pd.Index(ids, name="area_id"))
        table = self.analysis.table.loc[ids]
        columns = table[PLACE[:-1]].assign(degurba=table["degurba_label"])
        columns = columns.join(self.analysis.robustness.frame.loc[ids, SURE])
        columns["tier"] = tiers
        columns["rank_in_selection"] = rank_in_selection(passing, self.built.codebook, key).loc[ids]
        columns = columns.join(table[list(self.built.codebook.index)])
        return located(self.built, columns)

    def shortlist(
        self,
        top: int = 20,
        *,
        region: str = "",
        by: str = "gap",
        areas: Iterable[str] | None = None,
        notes: Mapping[str, str] | None = None,
        sensitivity: bool = False,
    ) -> ShortlistAnswer:
        """Make a list with reasons, codebook, sources and manifest, that `save` writes as a file.

        Parameters
        ----------
        top, region, by
            As for `areas`.
        areas
            Codes of areas in list order, chosen by hand, in place of the first.
        notes
            The planner's words by area; None for a list without notes.
        sensitivity
            Whether the package also holds what moves the ranks: each indicator left out in turn, and the choices that
            the weighting leaves open. Takes some seconds.

        Raises
        ------
        InputError
            As for `areas`, or an area is unknown or named twice.
        """
        with using(self.language):
            view = self._view(region, (), 0, 0, by)
            if areas is None:
                chosen = ranking.top(self.built, view, count=top, asked=self.analysis)
                where = f" --region {region}" if region else ""
                command = f"rank {self.built.id}{where} --by {by} --top {top}"
            else:
                chosen = list(areas)
                command = f"export {self.built.id} --areas {','.join(chosen)}"
            spoken = "" if self.language == "en" else f" --language {self.language}"
            option = " --sensitivity" if sensitivity else ""
            command = f"python -m pipelines {command} {self.analysis.options()}{spoken}{option}"
            made = shortlist.make(self.built, chosen, view=view, asked=self.analysis, notes=notes, command=command)
            if sensitivity:
                made = replace(made, annexes=(*made.annexes, *importance.annexes(self.analysis)))
        return ShortlistAnswer(self.built, self.analysis, made, command, self.language)

    def why(self, area_id: str) -> Reason:
        """Say why an area stands where it stands.

        Raises
        ------
        InputError
            There is no such area.

        Examples
        --------
        >>> import pipelines as rural
        >>> rural.territory("italy").rank(draws=50).why("058091").sentence.startswith("Gap ")
        True
        """
        table = self.analysis.table
        if area_id not in table.index:
            title = self.built.manifest["title"]
            raise InputError(f"There is no area {area_id!r} in {title}; {suggest(area_id, table.index)}.")
        with using(self.language):
            sentence, facts = self.analysis.sentence(area_id), self.analysis.why(area_id)
        return Reason(area_id, str(table["name"][area_id]), sentence, facts)

    def sensitivity(self, *, draws: int = 256) -> pd.DataFrame:
        """Share of the change of ranks that each choice explains, see `pipelines.priority.sensitivity.sobol`."""
        return choices(self.analysis, draws=draws)

    def leave_one_out(self) -> pd.DataFrame:
        """Rank without each indicator in turn, see `pipelines.priority.sensitivity.leave_one_out`."""
        return without_each(self.analysis)

    @staticmethod
    def _view(region: str, degurba: Iterable[str], people_min: int, people_max: int, by: str) -> ranking.View:
        selection = Selection(region, tuple(degurba), people_min=people_min, people_max=people_max)
        return ranking.View(selection=selection, by=by)

    def _repr_html_(self) -> str:
        asked = self.analysis
        title = f"{self.built.manifest['title']}, ranked by {asked.configuration.title}"
        basis = f"{asked.draws:,} replicates; tier and probability are about the first {asked.k} areas."
        columns = ["name", "nuts2_name", *SURE, "tier", *INDICES]
        return page(title, [basis], self.areas(top=10)[columns])


def first_areas(built: Territory, asked: Analysis, *, region: str, count: int) -> tuple[ranking.View, list[str]]:
    """The view of a region, and the codes of the areas that come first in it."""
    view = ranking.View(selection=Selection(region))
    return view, ranking.top(built, view, count=count, asked=asked)


def located(territory: Territory, columns: pd.DataFrame) -> gpd.GeoDataFrame:
    """Give a table by area the shapes of the areas, EPSG:4326."""
    shapes = territory.layer("areas").set_index("area_id").geometry
    return gpd.GeoDataFrame(columns, geometry=shapes.loc[columns.index], crs=shapes.crs)
