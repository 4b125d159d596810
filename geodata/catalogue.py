"""The open data sources: who publishes them, under which licence, in which version, and what reads them."""

import re
from dataclasses import asdict, dataclass, replace
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from geodata import configfile
from geodata.configfile import Flag, Text, Texts, Whole, one_of, problem

CATALOGUE = Path(__file__).with_name("catalogue.yaml")
COMPLETENESS = ("census", "register", "partial", "illustrative")
REGISTRIES = ("pypi", "npm")
PUBLISHER = "publisher"
COUNTRY = "{country}"


@dataclass(frozen=True)
class Download:
    """Where one of a source's files can be downloaded.

    Attributes
    ----------
    file
        One of the `files` of the source. In the catalogue ``*`` may stand for several; in the address ``{name}`` is
        then the name of each without its folder, ``{stem}`` without its ending too.
    url
        Address, http or https, of the file or of the archive that it is in.
    sha256
        Checksum of what the address gives, hexadecimal; empty when the publisher changes it from time to time.
    member
        Name of the file in the zip or gzipped tar archive; empty when the address gives the file itself.
    instead
        Name under which it stands where the address gives another format than `file` has, such as a workbook for a CSV;
        the reader takes either. Empty when it is `file`.
    """

    file: Text
    url: Text
    sha256: Text = ""
    member: Text = ""
    instead: Text = ""

    @property
    def laid_out(self) -> str:
        """Name of the download in a folder of files."""
        return self.instead or self.file


DOWNLOAD = configfile.section_of(Download)


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
    downloads
        Where `files` can be downloaded.
    by_hand
        Where to get the files that have no address, and how to hand them over; one sentence.
    by_region
        Whether its completeness differs by region and the reader says how.
    country
        Country (ISO 3166-1 alpha-2) whose rows are read, where the publisher's file holds several; ``{country}`` for
        that of the recipe. Files and addresses of such a source may hold ``{country}``, ``{eurostat}`` (the country as
        Eurostat writes it), ``{geofabrik}`` (its extract of OpenStreetMap), ``{year}`` and ``{version}``, which
        `for_country` fills in.
    region
        NUTS 1 or 2 region to which a source is cut; filled in from the recipe.
    """

    id: Text
    title: Text
    publisher: Text
    address: Text
    package: Text
    version: Text
    year: Whole
    licence: Text
    licence_address: Text
    attribution: Text
    format: Text
    reader: Text
    columns: Texts
    completeness: Annotated[str, one_of(COMPLETENESS)]
    limits: Text
    archive: Text = ""
    sha256: Text = ""
    files: Texts = ()
    downloads: Annotated[tuple[Annotated[Download, DOWNLOAD], ...], Field(min_length=1)] = ()
    by_hand: Text = ""
    by_region: Flag = False
    country: Text = ""
    region: Text = ""

    @property
    def bundled(self) -> bool:
        """Whether the snapshot holds it."""
        return self.package != PUBLISHER

    @property
    def of_any_country(self) -> bool:
        """Whether it is read for the country of the recipe."""
        return self.country == COUNTRY


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
    document = configfile.read(path, aliases=True)
    for name, entry in document.content.items():
        if isinstance(entry, dict):
            if "id" in entry:
                document.fail((name, "id"), "is not a key that is known here, since the id is the key above")
            entry["id"] = name
    return configfile.check(Catalogue, document.content, fail=document.fail)


def for_country(source: Source, *, country: str, eurostat: str, geofabrik: str = "", region: str = "") -> Source:
    """Fill in the country of a recipe where a source is read for any country; others stay as they are.

    Parameters
    ----------
    source
        Of the catalogue.
    country, eurostat
        Codes of the country, by ISO 3166-1 and as Eurostat writes it.
    geofabrik
        Name of the country's extract of OpenStreetMap.
    region
        NUTS 1 or 2 region of the recipe; empty for the whole country.

    Examples
    --------
    >>> source = load()["gisco-healthcare"]
    >>> for_country(source, country="GR", eurostat="EL").files
    ('gisco/healthcare_EL.csv',)
    """
    if not source.of_any_country:
        return source
    codes = {"country": country, "eurostat": eurostat, "geofabrik": geofabrik}
    words = codes | {"year": source.year, "version": source.version}
    return replace(
        source,
        country=country,
        region=region,
        files=tuple(name.format(**words) for name in source.files),
        downloads=tuple(
            Download(**{name: value.format(**words) for name, value in asdict(each).items()})
            for each in source.downloads
        ),
        by_hand=source.by_hand.format(**words),
    )


def as_laid_out(source: Source, folder: Path) -> Source:
    """Call the files of a source by the names that they have in a folder: a download may stand instead of a file."""
    stand_ins = {each.file: each.instead for each in source.downloads if each.instead}
    return replace(
        source,
        files=tuple(
            stand_ins[name]
            if name in stand_ins and not (folder / name).is_file() and (folder / stand_ins[name]).is_file()
            else name
            for name in source.files
        ),
    )


def _fits(source: Source) -> Source:
    """Check what the fields of a source ask of each other, and name each of its downloads by its file."""
    downloads = tuple(
        each for at, entry in enumerate(source.downloads, start=1) for each in _downloads(source, entry, str(at))
    )
    if source.package == "facts":
        if source.archive or source.sha256:
            raise problem("is a table of the project's own, so remove its archive and sha256", "package")
    elif source.package == PUBLISHER:
        if not source.files:
            raise problem("comes from its publisher, so name its files")
        for name in (*source.files, *(each.laid_out for each in downloads)):
            if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
                raise problem(f"has the file {name!r}, which leads out of the folder; correct its name", "files")
        lost = set(source.files) - {each.file for each in downloads}
        if lost and not source.by_hand:
            hint = "add a download of it, or tell by_hand where to get it"
            raise problem(f"does not say where {min(lost)!r} comes from; {hint}", "files")
    elif source.package.partition(":")[0] not in REGISTRIES:
        raise problem(f"is {source.package!r}; write `facts`, `publisher`, `pypi:name` or `npm:name`", "package")
    elif not source.archive or not re.fullmatch(r"[0-9a-f]{64}", source.sha256):
        raise problem("comes from a package, so give its archive and the archive's sha256 in hexadecimal")
    return replace(source, downloads=downloads)


def _downloads(source: Source, download: Download, at: str) -> list[Download]:
    """Check one entry, and make a download of it for each file that it is about."""
    pattern = download.file
    about = [name for name in source.files if name == pattern or ("*" in pattern and fnmatchcase(name, pattern))]
    if not about:
        raise problem(f"is {pattern!r}, which is none of its files; correct its name", "downloads", at, "file")
    if urlsplit(download.url).scheme not in ("http", "https") or not urlsplit(download.url).hostname:
        message = f"is {download.url!r}; give an address that starts with https:// or http://"
        raise problem(message, "downloads", at, "url")
    if download.sha256 and not re.fullmatch(r"[0-9a-f]{64}", download.sha256):
        message = f"is {download.sha256!r}; give 64 hexadecimal digits in small letters"
        raise problem(message, "downloads", at, "sha256")
    return [
        replace(
            download,
            file=name,
            url=download.url.replace("{name}", PurePosixPath(name).name).replace("{stem}", PurePosixPath(name).stem),
        )
        for name in about
    ]


Catalogue = dict[str, Annotated[Source, AfterValidator(_fits), configfile.section_of(Source)]]
