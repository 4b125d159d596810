"""A planner's file as it was read, and what became of it."""

from dataclasses import dataclass, field, replace

import geopandas as gpd
import pandas as pd

from geodata import files
from geodata.errors import InputError
from geodata.files import neutral
from geodata.i18n import say
from geodata.indicators import DIRECTIONS
from geodata.names import suggest
from geodata.tables import LARGEST
from pipelines.userdata import columns, tables

KINDS = tuple(columns.ROLES)
MATCHED = ["text", "name", "area_id", "score", "rows"]


@dataclass(frozen=True)
class Reading:
    """A file that was read, and what its columns seem to be.

    Attributes
    ----------
    filename, sha256
        Which file.
    table
        Its rows as text, its geometry, and what was guessed about the file.
    guesses
        Roles of the columns, the likeliest first, with scores and reasons.
    """

    filename: str
    sha256: str
    table: tables.Table
    guesses: list[columns.Guess]

    def mapping(self, kind: str) -> dict[str, str]:
        """Column of each role that a kind of table has, as guessed; `InputError` when the kind is unknown."""
        return columns.assign(self.guesses, self.table.rows, known_kind(kind))

    def preview(self, rows: int = 20) -> pd.DataFrame:
        """First rows as they are in the file."""
        return self.table.rows.head(rows)


@dataclass(frozen=True)
class Imported:
    """What became of a table.

    Attributes
    ----------
    kind
        `services`, `projects` or `indicator`.
    layer
        The layer of that name, in EPSG:4326; of an indicator a Series of numbers, index the area ids.
    rejected
        The rows that cannot be used as they are in the file, with `row`, their number, and `reason`.
    ambiguous
        Texts to decide about: `role` (`place` or `category`), `text`, `rows`, and `offers`, a list of (answer, what it
        is, score); the answer goes into `decisions` of `apply`.
    notes
        What else to know, in sentences.
    matched
        Place names that were matched: `text`, `name` of the place, `area_id`, `score` (0-100) and `rows`, the least
        alike first.
    provenance
        File, checksum, mapping and decisions: all that repeats the import.
    """

    kind: str
    layer: "gpd.GeoDataFrame | pd.Series[float]"
    rejected: pd.DataFrame
    ambiguous: pd.DataFrame
    notes: tuple[str, ...]
    matched: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=MATCHED))
    provenance: dict[str, object] = field(default_factory=dict)

    def about(self, *, title: str = "", unit: str = "", direction: str = "neutral") -> "Imported":
        """Say what an indicator is: its title, its unit, and whether a higher value is `worse`, `better` or `neutral`.

        Raises
        ------
        InputError
            The direction is none of these.
        """
        if direction not in DIRECTIONS:
            raise InputError(
                say(
                    "A higher value cannot be {direction}; {hint}.",
                    direction=repr(direction),
                    hint=suggest(direction, DIRECTIONS),
                )
            )
        said = {"title": title.strip(), "unit": unit.strip(), "direction": direction}
        return replace(self, provenance=self.provenance | {"about": said})

    def rejected_csv(self) -> bytes:
        """Rejected rows as CSV in UTF-8 with a byte order mark; cells that look like formulas are neutralised."""
        safe = self.rejected.astype("str").map(neutral)
        content: bytes = safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")
        return content


def read_own(
    content: bytes,
    filename: str,
    *,
    encoding: str | None = None,
    sheet: str | None = None,
    largest: int = LARGEST,
) -> Reading:
    """Read a planner's own file and guess what it holds.

    Parameters
    ----------
    content
        The file: CSV, XLSX, GeoJSON, GeoPackage or a zipped Shapefile. Nothing in it is executed.
    filename
        Its name.
    encoding, sheet
        When the guess was wrong; `sheet` also names the layer of a GeoPackage.
    largest
        Bytes that are accepted.

    Raises
    ------
    InputError
        The file is too large, unsafe, damaged, empty or in no known format.
    """
    table = tables.read(content, filename, encoding=encoding, sheet=sheet, largest=largest)
    return Reading(filename, files.digest(content), table, columns.guess(table.rows))


def known_kind(kind: str) -> str:
    """Return the kind of a table; `InputError` when there is none such."""
    if kind not in KINDS:
        raise InputError(say("A table cannot be {kind}; {hint}.", kind=repr(kind), hint=suggest(kind, KINDS)))
    return kind
