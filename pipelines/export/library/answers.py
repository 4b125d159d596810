"""What the library answers with: a table and sentences to look at in a notebook, and files to save."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import ClassVar

import geopandas as gpd
import pandas as pd

from geodata.errors import InputError
from geodata.extras import extra
from geodata.files import write_whole
from geodata.i18n import using
from geodata.i18n.message import tell
from geodata.store import Territory
from pipelines import export
from pipelines.areas.shortlist import Shortlist
from pipelines.export import sites, suggestions
from pipelines.priority.analysis import Analysis
from pipelines.response import siting
from pipelines.response.matching.suggestions import Suggestions
from pipelines.response.scenario.whatif import Result

# Rows of a table that a notebook shows.
ROWS = 20


def page(title: str, sentences: list[str], table: pd.DataFrame | None = None) -> str:
    """Write an answer as HTML: a title, a paragraph a sentence, the first rows of a table without its shapes."""
    parts = [f"<h4>{escape(title)}</h4>", *(f"<p>{escape(each)}</p>" for each in sentences)]
    if table is not None:
        shapes = [name for name in table.columns if str(table[name].dtype) == "geometry"]
        parts.append(pd.DataFrame(table.drop(columns=shapes)).head(ROWS).to_html(na_rep="", border=0))
        if len(table) > ROWS:
            parts.append(f"<p>The first {ROWS} of {len(table):,} rows.</p>")
    return "".join(parts)


@dataclass(frozen=True, eq=False)
class Reason:
    """Why an area stands where it stands.

    Attributes
    ----------
    area_id, name
        The area.
    sentence
        In plain words, with the distance to the line of the list.
    facts
        One row an indicator, as `pipelines.priority.reasons.reasons`, and `percentile_region`.
    """

    area_id: str
    name: str
    sentence: str
    facts: pd.DataFrame

    def __str__(self) -> str:
        return self.sentence

    def _repr_html_(self) -> str:
        return page(f"{self.name} ({self.area_id})", [self.sentence], self.facts)


class Answer(ABC):
    """An answer that can be saved; the ending of the file decides what it becomes."""

    ENDINGS: ClassVar[tuple[str, ...]]

    @property
    @abstractmethod
    def title(self) -> str:
        """What the answer is about."""

    @property
    @abstractmethod
    def table(self) -> pd.DataFrame:
        """The main table."""

    @property
    def sentences(self) -> list[str]:
        """What is to be known beside the table."""
        return []

    @abstractmethod
    def content(self, name: str) -> bytes:
        """Content of a file of this name."""

    @classmethod
    def check(cls, path: Path) -> Path:
        """Refuse a file that could not be what its name says, before anything is computed.

        Raises
        ------
        InputError
            The name ends in something that the answer cannot become.
        """
        if path.suffix and path.suffix.lower() not in cls.ENDINGS:
            raise InputError(f"{path} ends in none of {', '.join(cls.ENDINGS)}; name the file by what it is to be.")
        return path

    def save(self, path: str | Path) -> Path:
        """Write a file, whole or not at all; without an ending it is the zip of everything.

        Raises
        ------
        InputError
            The name ends in something that the answer cannot become, or the folder cannot be written to.
        """
        path = self.check(Path(path))
        write_whole(path, self.content(path.name))
        return path

    def _repr_html_(self) -> str:
        return page(self.title, self.sentences, self.table)


@dataclass(frozen=True, eq=False)
class ShortlistAnswer(Answer):
    """A shortlist of areas.

    Attributes
    ----------
    territory, analysis
        Where the areas lie, and who says how sure their places are.
    shortlist
        The list with codebook, sources and manifest.
    command
        The command line that makes the same list, without its file.
    language
        Of the sentences and briefings.
    """

    territory: Territory
    analysis: Analysis
    shortlist: Shortlist
    command: str
    language: str

    ENDINGS = (".zip", ".pdf", ".html", ".csv", ".xlsx", ".geojson", ".gpkg")

    @property
    def title(self) -> str:
        """What the list is called."""
        return self.shortlist.title

    @property
    def areas(self) -> gpd.GeoDataFrame:
        """The areas in list order, index area_id, EPSG:4326, with every column of the codebook."""
        areas: gpd.GeoDataFrame = self.shortlist.areas.set_index("area_id")
        return areas

    @property
    def table(self) -> pd.DataFrame:
        """The areas without their shapes."""
        return self.shortlist.table.set_index("area_id")

    @property
    def sentences(self) -> list[str]:
        """Attribution and licences of what the list rests on."""
        return [self.shortlist.attribution]

    def content(self, name: str) -> bytes:
        """Content of a file of this name, see `ENDINGS`."""
        named = replace(self.shortlist, manifest=self.shortlist.manifest | {"command": f"{self.command} -o {name}"})
        files: dict[str, Callable[[Shortlist], bytes]] = {
            ".csv": export.csv,
            ".xlsx": export.xlsx,
            ".geojson": export.geojson,
            ".gpkg": export.geopackage,
        }
        ending = Path(name).suffix.lower()
        with using(self.language):
            if ending in (".pdf", ".html"):
                with extra("pdf", "A briefing"):
                    from pipelines.export.briefing import briefing, html, pdf
                document = briefing(self.territory, named, self.analysis)
                return pdf(document) if ending == ".pdf" else html(document)
            return files.get(ending, export.package)(named)


@dataclass(frozen=True, eq=False)
class Matches(Answer):
    """Projects for areas, areas for a project, or white spots of a theme, in tables."""

    found: Suggestions

    ENDINGS = tuple(suggestions.FORMATS)

    @property
    def title(self) -> str:
        """What was asked."""
        return self.found.title

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """All tables by name, the main one first."""
        return self.found.tables

    @property
    def table(self) -> pd.DataFrame:
        """The main table."""
        return next(iter(self.tables.values()))

    def content(self, name: str) -> bytes:
        """Content of a file of this name."""
        return suggestions.file(self.found, name)


@dataclass(frozen=True, eq=False)
class SitesAnswer(Answer):
    """Where the next sites should be, see `pipelines.response.siting.Answer`."""

    territory: Territory
    answer: siting.Answer

    ENDINGS = (".zip",)

    @property
    def title(self) -> str:
        """What was asked."""
        return f"Sites for {self.answer.question.service}, {self.territory.manifest['title']}"

    @property
    def sites(self) -> gpd.GeoDataFrame:
        """Points, EPSG:4326, the proposed ones first."""
        return self.answer.sites

    @property
    def table(self) -> pd.DataFrame:
        """The proposed sites and those that exist."""
        table: pd.DataFrame = self.answer.sites
        return table

    @property
    def sentences(self) -> list[str]:
        """Who gains, how good the answer is, and what the reader must know."""
        found = self.answer
        count, (before, after) = len(found.plan.selection), found.covered
        gain = (
            f"{count} new site{'s' * (count != 1)}, {found.plan.quality()}: {before:,.0f} of {found.people:,.0f} "
            f"{siting.DEMANDS[found.question.demand]} are within {found.reach:.0f} minutes now, {after:,.0f} then."
        )
        return [*map(tell, found.notes), gain]

    def content(self, name: str) -> bytes:
        """Content of the package."""
        return sites.package(self.answer, self.territory, command=self.answer.command(name))


@dataclass(frozen=True, eq=False)
class ScenarioAnswer(Answer):
    """What scenarios change for whom, and the list as the first would have it.

    Attributes
    ----------
    results
        Each scenario with the territory as it would be and its effects.
    shortlist
        The areas that would come first, with the effects as further files of its package.
    command
        The command line that makes the same package, without its file.
    """

    results: tuple[Result, ...]
    shortlist: Shortlist
    command: str

    ENDINGS = (".zip",)

    @property
    def title(self) -> str:
        """Names of the scenarios."""
        return ", ".join(each.scenario.name for each in self.results)

    @property
    def table(self) -> pd.DataFrame:
        """The areas that would come first."""
        return self.shortlist.table.set_index("area_id")

    @property
    def sentences(self) -> list[str]:
        """Effects of every scenario in words."""
        return [sentence for each in self.results for sentence in each.effects.sentences()]

    def content(self, name: str) -> bytes:
        """Content of the package."""
        manifest = self.shortlist.manifest | {"command": f"{self.command} -o {name}"}
        return export.package(replace(self.shortlist, manifest=manifest))
