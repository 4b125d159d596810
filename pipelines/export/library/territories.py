"""A territory as a library user holds it: its areas, their ranking, access to services, and what could be done."""

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geodata import recipes, store
from geodata.errors import InputError
from geodata.indicators import dictionary
from geodata.names import suggest
from pipelines.access.travel import storage
from pipelines.areas import own, profile
from pipelines.areas.ranking import ask
from pipelines.areas.table import areas_table, codebook_in_words
from pipelines.build import run
from pipelines.export.library.answers import Matches, ScenarioAnswer, SitesAnswer, page
from pipelines.export.library.ranking import PLACE, Ranking, check_language, first_areas, load_weighting, located
from pipelines.export.scenario import scenario_shortlist
from pipelines.priority import analysis
from pipelines.priority.configuration import Configuration
from pipelines.priority.replicates import Progress
from pipelines.response import siting
from pipelines.response.matching import crosswalk, suggestions
from pipelines.response.matching import territory as matching
from pipelines.response.scenario import reading, whatif
from pipelines.response.scenario.baseline import Baseline
from pipelines.response.scenario.changes import Scenario

Weighting = str | Path | Configuration
Report = Callable[[str], None]


def territory(
    name: str = "italy",
    *,
    data: str | Path | None = None,
    mirror: str | Path | None = None,
    build: bool = True,
    report: Report = lambda _: None,
) -> "Territory":
    """Open a territory with the own layers that are kept with it; when it is missing, build it.

    Parameters
    ----------
    name
        Id of the territory, the name of its recipe.
    data
        Folder of built territories; None for the usual one.
    mirror
        Folder of the publishers' files, for a territory whose sources are not bundled.
    build
        Whether a missing territory is built; else it is an error.
    report
        Called with a few words before each step of the build.

    Raises
    ------
    InputError
        There is no such territory, its sources are not on disk, or its files are damaged.

    Examples
    --------
    >>> import pipelines as rural
    >>> italy = rural.territory("italy")
    >>> italy.title, len(italy.areas)
    ('Italy', 7901)
    """
    root = None if data is None else Path(data)
    if build and name not in store.built(root):
        run.build(recipes.load(name), root=root, mirror=None if mirror is None else Path(mirror), report=report)
    return Territory(own.open_territory(name, root=root))


class Territory:
    """A built territory; `territory` opens one.

    Attributes
    ----------
    built
        Its layers, codebook and manifest, see `geodata.store.Territory`.
    """

    def __init__(self, built: store.Territory) -> None:
        self.built = built

    @property
    def id(self) -> str:
        """Id of the territory."""
        return self.built.id

    @property
    def title(self) -> str:
        """Name of the territory."""
        return str(self.built.manifest["title"])

    @property
    def codebook(self) -> pd.DataFrame:
        """Title, unit, year, sources, formula and missing-value rule of every indicator, index indicator."""
        return codebook_in_words(self.built.codebook)

    @cached_property
    def areas(self) -> gpd.GeoDataFrame:
        """All areas by code, index area_id, EPSG:4326: name, regions and every indicator of the codebook."""
        return located(self.built, self._table)

    @cached_property
    def _table(self) -> pd.DataFrame:
        return areas_table(self.built)

    @cached_property
    def _baseline(self) -> Baseline:
        return whatif.baseline(self.built)

    def rank(
        self,
        weighting: Weighting | None = None,
        *,
        k: int | None = None,
        draws: int = analysis.DRAWS,
        seed: int = analysis.SEED,
        language: str = "en",
        progress: Progress | None = None,
    ) -> Ranking:
        """Rank all areas; nothing is computed before the ranking is asked something.

        Parameters
        ----------
        weighting
            A named one (`health`), the path of a .yaml file, or a `Configuration`; None for that of the territory.
        k
            Length of the list that tier and probability are about; None for 100, at most a fifth of the areas.
        draws, seed
            Replicates that say how sure a rank is; the same seed gives the same numbers.
        language
            Of sentences and briefings.
        progress
            Called with the replicates done and their number.

        Raises
        ------
        InputError
            There is no such weighting or language, or the replicates would not fit the memory.

        Examples
        --------
        >>> import pipelines as rural
        >>> ranking = rural.territory("italy").rank("health", draws=50)
        >>> len(ranking.areas(region="ITF5"))
        131
        """
        chosen = None if weighting is None else load_weighting(weighting)
        asked = ask(self.built, weighting=chosen, k=k, draws=draws, seed=seed, progress=progress)
        return Ranking(self.built, asked, check_language(language))

    def access(self, service: str) -> gpd.GeoDataFrame:
        """Access of every area to a category of service.

        Returns
        -------
        GeoDataFrame
            Index area_id, EPSG:4326: name, regions by name, and the indicators of the service, such as
            `minutes_hospital` and `people_beyond_hospital_45`, missing where they are not known.

        Raises
        ------
        InputError
            There is no such category, or the territory has no figures on it.

        Examples
        --------
        >>> import pipelines as rural
        >>> hospital = rural.territory("italy").access("hospital")
        >>> "minutes_hospital" in hospital, hospital.index.name
        (True, 'area_id')
        """
        entries = dictionary((service,))
        columns = [name for name in self.codebook.index if name in entries and entries[name].service == service]
        if not columns:
            known = self.built.layer("services")["category"].unique()
            raise InputError(f"{self.title} has no figures on {service!r}; {suggest(service, known)}.")
        return located(self.built, self._table[[*PLACE[:-1], *columns]])

    def match(self, *area_ids: str, top: int = suggestions.TOP, crosswalk_file: Path = crosswalk.FILE) -> Matches:
        """Suggest projects for areas, with the needs that they answer to and who can help.

        Raises
        ------
        InputError
            No area is named, one is named twice or is unknown.

        Examples
        --------
        >>> import pipelines as rural
        >>> rural.territory("italy").match("077027", top=3).table["order"].tolist()
        [1, 2, 3]
        """
        return Matches(suggestions.for_areas(self._matching(crosswalk_file), area_ids, top=top))

    def match_project(
        self, project_id: str, *, top: int = suggestions.TOP, crosswalk_file: Path = crosswalk.FILE
    ) -> Matches:
        """Suggest areas for a project; errors as of `match`."""
        return Matches(suggestions.for_project(self._matching(crosswalk_file), project_id, top=top))

    def white_spots(self, theme: str, *, minutes: int = 60, crosswalk_file: Path = crosswalk.FILE) -> Matches:
        """List the areas that need a theme and have no known project of it within some minutes."""
        return Matches(suggestions.for_theme(self._matching(crosswalk_file), theme, minutes))

    def _matching(self, crosswalk_file: Path) -> matching.Matching:
        return matching.of(self.built, crosswalk_file=crosswalk_file)

    def site(
        self,
        service: str,
        *,
        candidates: str = siting.PLACES,
        weighting: Weighting | None = None,
        report: Report = lambda _: None,
        **rules: Any,
    ) -> SitesAnswer:
        """Propose the next sites of a service.

        Parameters
        ----------
        service
            Category of service.
        candidates
            `places`, a category of service, or the file of a list of your own.
        weighting
            That of the need, with `demand="need"` only; None for that of the territory.
        report
            Called with a few words before each step.
        rules
            Attributes of `pipelines.response.siting.Question`, such as `sites=3`, `limit=30`, `region="ITF5"`.

        Raises
        ------
        InputError
            Something asked for is unknown or impossible, or the territory has no travel model.

        Examples
        --------
        >>> import pipelines as rural
        >>> found = rural.territory("italy").site("hospital", sites=1, region="ITF5", alternatives=0)
        >>> int((found.sites["status"] == "proposed").sum())
        1
        """
        listed, path = None, Path(candidates)
        if path.suffix:
            if not path.is_file():
                raise InputError(f"There is no file {path}; check its name.")
            listed, candidates = (
                siting.from_file(self.built, path.read_bytes(), path.name, service=service),
                siting.PLACES,
            )
        question = siting.Question(service=service, candidates=candidates, **rules)
        if weighting is not None and question.demand != "need":
            raise InputError("A weighting says what the need is; leave it out, or ask for the demand need.")
        asked = None if weighting is None else self.rank(weighting).analysis
        return SitesAnswer(self.built, siting.answer(self.built, question, own=listed, analysis=asked, report=report))

    def scenario(
        self,
        *scenarios: str | Path | Scenario,
        ranking: Ranking | None = None,
        region: str = "",
        top: int = 20,
        report: Report = lambda _: None,
    ) -> ScenarioAnswer:
        """Say what scenarios change for whom; the built territory stays as it is.

        Parameters
        ----------
        scenarios
            Scenario files or scenarios; several are compared.
        ranking
            What is asked of the territory as it would be; None for `rank()`.
        region, top
            Of the list as the first scenario would have it.
        report
            Called with a few words before each step.

        Raises
        ------
        InputError
            A file breaks a rule, or a change cannot be made in this territory.
        """
        read = [each if isinstance(each, Scenario) else reading.read(Path(each)) for each in scenarios]
        if not read:
            raise InputError("No scenario is named; name at least one file.")
        asked = (ranking or self.rank()).analysis
        results = []
        report("Reading the territory")
        for each in read:
            report(f"Applying {each.name}")
            results.append(whatif.result(self._baseline, each, asked))
        view, chosen = first_areas(self.built, results[0].asked, region=region, count=top)
        named = " ".join(f"{each.name}.yaml" if isinstance(each, Scenario) else Path(each).name for each in scenarios)
        where = f" --region {region}" if region else ""
        command = f"python -m pipelines scenario {self.id} {named}{where} --top {top} {asked.options()}"
        made = scenario_shortlist(self.built, self._baseline, results, chosen, view=view, command=command)
        return ScenarioAnswer(tuple(results), made, command)

    def summary(self) -> pd.DataFrame:
        """Areas, people, and people far from services.

        Returns
        -------
        DataFrame
            Index figure: `title`, `value`, and `share` of all people in % where it is one of people beyond a limit.
            An area without a figure is not in the sums; `unknown` says how many have no population.

        Examples
        --------
        >>> import pipelines as rural
        >>> int(rural.territory("italy").summary().loc["areas", "value"])
        7901
        """
        aged = "people_65_plus" in self._table
        sums: Mapping[str, float] = profile.totals(
            self._table if aged else self._table.assign(people_65_plus=float("nan"))
        )
        titles = {
            "areas": "Areas",
            "population": "People",
            "people_65_plus": "People aged 65 and over",
            "unknown": "Areas without a population figure",
        }
        rows = [{"figure": name, "title": title, "value": sums[name]} for name, title in titles.items()]
        for name, people in profile.beyond(self._table)["people"].items():
            share = 100 * people / sums["population"] if sums["population"] else float("nan")
            rows.append({"figure": name, "title": self.codebook["title"][str(name)], "value": people, "share": share})
        return pd.DataFrame(rows, columns=["figure", "title", "value", "share"]).set_index("figure")

    def __repr__(self) -> str:
        return f"<Territory {self.id}, version {self.built.version}, {len(self._table):,} areas>"

    def _repr_html_(self) -> str:
        told = [f"Version {self.built.version}.", storage.told(self.built.manifest["travel"])]
        return page(self.title, told, self.summary())
