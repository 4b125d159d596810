"""The open data sources: who publishes them, under which licence, in which version, and what reads them."""

import re
from dataclasses import MISSING, dataclass, fields
from functools import cache
from pathlib import Path

import yaml

from geodata.errors import InputError

CATALOGUE = Path(__file__).with_name("catalogue.yaml")
COMPLETENESS = ("census", "register", "partial", "illustrative")
REGISTRIES = ("pypi", "npm")
PUBLISHER = "publisher"


@dataclass(frozen=True)
class Source:
    """One open data source.

    Attributes
    ----------
    id
        Short name under which layers, indicators and exports cite the source.
    title, publisher, address
        What it is, who made it and where it is published.
    package
        ``registry:name`` of the package that carries it, ``facts`` for the project's own tables, or ``publisher``
        for a source that is not bundled and whose files come from its publisher.
    archive, sha256
        File name of that package and its checksum, hexadecimal; empty for the project's own tables.
    version, year
        Version of the package, and the year the data speak of.
    licence, licence_address, attribution
        SPDX identifier or name, address of its text, and the line to show beside anything made of the data.
    format
        Format of the file in the package.
    reader
        Dotted name of the module whose ``read`` understands the file.
    columns
        Columns the reader needs in the publisher's file.
    completeness
        ``census``, ``register``, ``partial`` or ``illustrative``.
    limits
        What the data cannot tell, in one sentence.
    files
        Names of the publisher's files in a folder of downloads; empty for what is bundled.
    by_region
        Whether its completeness differs by region and the reader says how.
    country
        Country (ISO 3166-1 alpha-2) whose rows are read, where the publisher's file holds several.
    """

    id: str
    title: str
    publisher: str
    address: str
    package: str
    version: str
    year: int
    licence: str
    licence_address: str
    attribution: str
    format: str
    reader: str
    columns: tuple[str, ...]
    completeness: str
    limits: str
    archive: str = ""
    sha256: str = ""
    files: tuple[str, ...] = ()
    by_region: bool = False
    country: str = ""

    @property
    def bundled(self) -> bool:
        """Whether the snapshot holds it."""
        return self.package != PUBLISHER


@cache
def load(path: Path = CATALOGUE) -> dict[str, Source]:
    """Read and check the catalogue.

    Parameters
    ----------
    path
        YAML file: source id -> fields of `Source`.

    Returns
    -------
    dict
        Sources by id, in the order of the file.

    Raises
    ------
    InputError
        If the file is no mapping, or a source has a missing, unknown or wrong field.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise InputError(f"{path} is not valid YAML; mend it as described here: {error}.") from error
    if not isinstance(raw, dict) or not all(isinstance(entry, dict) for entry in raw.values()):
        raise InputError(f"{path} is not a mapping of source ids to their fields; write `id:` and the fields below it.")
    return {str(source_id): _source(str(source_id), entry) for source_id, entry in raw.items()}


def _source(source_id: str, entry: dict[str, object]) -> Source:
    where = f"Source {source_id!r} of the catalogue"
    required = {field.name for field in fields(Source) if field.default is MISSING} - {"id"}
    optional = {field.name for field in fields(Source) if field.default is not MISSING}
    if missing := sorted(required - set(entry)):
        raise InputError(f"{where} has no field {missing[0]!r}; add it.")
    if unknown := sorted(set(entry) - required - optional):
        raise InputError(f"{where} has the unknown field {unknown[0]!r}; remove it or correct its name.")
    for name, value in entry.items():
        kind: type = {"year": int, "columns": list, "files": list, "by_region": bool}.get(name, str)
        if not isinstance(value, kind) or not value:
            raise InputError(f"{where} has {name} {value!r}; give a non-empty {kind.__name__}.")
    tuples = {name: tuple(value) for name, value in entry.items() if isinstance(value, list)}
    source = Source(**{**entry, **tuples, "id": source_id})  # type: ignore[arg-type]
    if source.completeness not in COMPLETENESS:
        raise InputError(f"{where} has completeness {source.completeness!r}; use one of {', '.join(COMPLETENESS)}.")
    if source.package == "facts":
        if source.archive or source.sha256:
            raise InputError(f"{where} is a table of the project's own, so remove its archive and sha256.")
    elif source.package == PUBLISHER:
        if not source.files:
            raise InputError(f"{where} comes from its publisher, so name its files.")
    elif source.package.partition(":")[0] not in REGISTRIES:
        raise InputError(f"{where} has package {source.package!r}; write `facts`, `pypi:name` or `npm:name`.")
    elif not source.archive or not re.fullmatch(r"[0-9a-f]{64}", source.sha256):
        raise InputError(f"{where} comes from a package, so give its archive and the archive's sha256 in hexadecimal.")
    return source
