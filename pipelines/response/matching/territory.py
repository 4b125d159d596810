"""What could be done in a territory: needs by theme, projects that fit, white spots, and who can help."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geodata.countries import EU, iso
from geodata.errors import InputError
from geodata.geometry import area_of
from geodata.i18n import say
from geodata.names import suggest
from geodata.store import Territory
from pipelines.access import partners
from pipelines.access.places import main_places
from pipelines.areas.table import areas_table
from pipelines.response.matching import contexts, crosswalk, matches, white_spots
from pipelines.response.matching.crosswalk import Crosswalk
from pipelines.response.matching.matches import Candidates
from pipelines.response.matching.needs import Needs, theme_needs

ORGANISATIONS = 5
DESCRIBED = ("name", "organisation", "kind", "themes", "country", "place", "source_title", "source_url", "confidence")


@dataclass(frozen=True, eq=False)
class Matching:
    """A territory with all that matching needs, computed when first asked for."""

    territory: Territory
    crosswalk: Crosswalk

    @cached_property
    def table(self) -> pd.DataFrame:
        """All areas with regions and indicators, index `area_id`."""
        return areas_table(self.territory)

    @cached_property
    def needs(self) -> Needs:
        """Need by theme."""
        return theme_needs(self.table, self.crosswalk)

    @cached_property
    def places(self) -> gpd.GeoDataFrame:
        """Layer `places`."""
        return self.territory.layer("places")

    @cached_property
    def main(self) -> gpd.GeoDataFrame:
        """Main place of each area."""
        return main_places(self.places)

    @cached_property
    def contexts(self) -> pd.DataFrame:
        """Context of each area."""
        return contexts.of_areas(self.table, self.main, self.places)

    @cached_property
    def homes(self) -> pd.Series:
        """Area that each project lies in, by `project_id`; missing outside, and where only the region is known."""
        listed = self.projects
        located = listed[listed["precision"].isin(partners.LOCATED)]
        return area_of(located, self.territory.layer("areas")).dropna()

    @cached_property
    def projects(self) -> gpd.GeoDataFrame:
        """Layer `projects`, index `project_id`."""
        return self.territory.layer("projects").set_index("project_id", drop=False).rename_axis(None)

    @cached_property
    def year(self) -> int:
        """Year of the list of projects, that of the newest of its sources."""
        ids = set(self.projects["source_id"])
        return max(int(source["year"]) for source in self.territory.manifest["sources"] if source["id"] in ids)

    @cached_property
    def candidates(self) -> Candidates:
        """All listed projects with context and evidence."""
        compiled = self.territory.layer("project_contexts")
        context, unknown = contexts.of_projects(self.projects, compiled, self.homes, self.contexts)
        states = matches.status(self.projects, self.year)
        known = matches.evidence(self.projects, states, self.crosswalk)
        return Candidates(self.projects, context, unknown, known, states)

    @property
    def limit(self) -> int:
        """Most minutes for which the projects within reach are known; 0 in a territory without travel times."""
        model = self.territory.manifest["travel"]["model"]
        return 0 if model == "none" else int(self.territory.manifest["parameters"]["project_minutes"])

    def for_area(self, area_id: str) -> pd.DataFrame:
        """All projects ranked for an area, see `matches.for_area`, with name, country, place, link and `why`."""
        found = matches.for_area(area_id, self.needs, self.contexts, self.candidates)
        name = str(self.table["name"][area_id])
        described = found.join(self.projects[list(DESCRIBED)])
        return described.assign(status=self.candidates.status, why=self._why(found, found.index, [name] * len(found)))

    def for_project(self, project_id: str, *, count: int) -> pd.DataFrame:
        """The first areas ranked for a project, see `matches.for_project`, with their name, region, people and `why`.

        The area that the project is in is left out. Rows without a score come only when there is no area with one.
        """
        found = matches.for_project(project_id, self.needs, self.contexts, self.candidates)
        found = found.drop(index=[self.homes[project_id]] if project_id in self.homes else []).head(count)
        described = found.join(self.table[["name", "nuts2_name", "nuts3_name", "population"]])
        return described.assign(why=self._why(found, [project_id] * len(found), described["name"]))

    def _why(self, found: pd.DataFrame, projects: Iterable[str], areas: Iterable[str]) -> list[str]:
        """Say of each row, by its project and the name of its area, why, or why it has no score."""
        return [
            matches.sentence(row, area, self._known(project)) if not row["unranked"] else say(row["unranked"])
            for (_, row), project, area in zip(found.iterrows(), projects, areas, strict=True)
        ]

    def _known(self, project_id: str) -> str:
        row = self.projects.loc[project_id]
        states = (row["kind"], self.candidates.status[project_id], row["confidence"])
        return ", ".join(say(str(state)) for state in states)

    def white_spots(self, theme: str, minutes: int) -> pd.Series:
        """State of each area for a theme, see `white_spots.white_spots`.

        Parameters
        ----------
        theme
            The theme.
        minutes
            A known project this near, by the travel model of the territory, is within reach; without one, only a
            project in the area itself is.

        Raises
        ------
        InputError
            The theme is unknown or cannot be judged here, or projects so far away were not looked for.
        """
        if theme not in self.needs.values:
            raise InputError(f"There is no theme {theme!r}; {suggest(theme, self.needs.used)}.")
        if not self.needs.used[theme]:
            raise InputError(
                f"The need for {theme} cannot be judged in {self.territory.manifest['title']}: the data lack "
                f"{self.needs.lacking[theme]}; choose another theme."
            )
        if self.limit and not 0 < minutes <= self.limit:
            raise InputError(
                f"Projects within {minutes} minutes were asked for, but those within 1 to {self.limit} minutes are "
                "known; choose a limit among these."
            )
        about = matches.themes_of(self.projects).map(lambda names: theme in names)
        of_theme = self.projects.index[about & partners.countable(self.projects)]
        near = self.territory.layer("projects_near")
        near = near[near["project_id"].isin(of_theme) & (near["minutes"] <= minutes)]
        homes = pd.Index(self.homes[self.homes.index.isin(of_theme)])
        return white_spots.white_spots(
            self.needs.values[theme], pd.Index(near["area_id"].unique()), homes, self.contexts
        )

    def country(self, area_id: str) -> str:
        """Country of an area (ISO 3166-1 alpha-2); in a territory of several, its NUTS code begins with it."""
        country = str(self.territory.manifest["country"])
        return iso(str(self.table.at[area_id, "nuts1"])) if country == EU else country

    def support(self, area_id: str, *, count: int = ORGANISATIONS) -> pd.DataFrame:
        """Support organisations: those of the country of an area, then those abroad, each nearest first, up to a count.

        `km` is the straight line from the main place of the area; an area without a place has none.
        """
        point = self.main[self.main["area_id"] == area_id].geometry
        if point.empty:
            nothing: pd.DataFrame = self.projects.head(0).assign(km=float("nan"))
            return nothing
        home = self.projects["country"] == self.country(area_id)
        lists = [partners.support_near(point, self.projects[rows], count=count) for rows in (home, ~home)]
        found: pd.DataFrame = pd.concat(lists).head(count)
        return found


def of(territory: Territory, *, crosswalk_file: Path = crosswalk.FILE) -> Matching:
    """Match projects to need in a territory.

    Raises
    ------
    InputError
        The crosswalk is not as it should be.
    """
    return Matching(territory, crosswalk.load(crosswalk_file))
