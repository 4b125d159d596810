"""People far from health care, education or charging points by NUTS 3 region: Eurostat's tables of accessibility.

Each table is a file whose name says what it counts: service, age, degree of urbanisation, N1 (the nearest site) or AN3
(the mean of the nearest three), the minutes or metres of driving beyond which people count, and numbers (NR) or percent
(PC). Each has a column for every year; the people of all are those of the census of 2021. Percentages are computed here
from the numbers, so that a region that was redrawn between NUTS versions gets one too; for the others they are the
published ones.
"""

import re
from pathlib import Path

import pandas as pd

from geodata.catalogue import Source
from geodata.countries import countries
from geodata.errors import InputError
from geodata.i18n.message import Message, pack
from pipelines.sources.eurostat import nuts_versions
from pipelines.sources.formats.figures import figures
from pipelines.sources.formats.tables import read_csv

NAME = re.compile(
    r"NUTS_(?P<nuts>\d{4})_(?P<service>healthcare|education|evrp)__AGE_(?P<age>\w+?)__DEG_URB_TOTAL"
    r"__ACCESS_INDIC_(?P<nearest>N1|AN3)__THRESHOLD_(?:GT_(?P<limit>\d+)_(?:MIN|M)|NONE)__UNIT_NR\.csv$"
)
SERVICES = {"healthcare": "health", "education": "education", "evrp": "charging"}
OLD = "Y_GE65"
AGES = {"T": "", "Y_LT15": "under_15_", OLD: "65_plus_"}
NEAREST = {"N1": "", "AN3": "3_"}
CENSUS = 2021
NUTS = "2021"
# Of a code of NUTS 3.
LENGTH = 5


def published(source: Source, folder: Path) -> pd.DataFrame:
    """Share and number of people beyond each threshold in each year; of health care also people aged 65 and over.

    Parameters
    ----------
    source
        Its files are the tables of numbers and a conversion table of NUTS versions; its columns name the years, and the
        last one gives the figures that are named without a year.
    folder
        Of the files.

    Returns
    -------
    DataFrame
        As `figures.figures`, for NUTS 3 of 2021. Numbers of redrawn regions are flagged as shared out.

    Raises
    ------
    InputError
        A file cannot be read, lacks a column, or holds something else than numbers; or the people are not counted.
    """
    tables = {name: match for name in source.files if (match := NAME.search(name))}
    versions = {match["nuts"] for match in tables.values()}
    if len(versions) != 1:
        raise InputError(f"The tables of {source.id} are of none or several NUTS versions; name those of one.")
    (start,) = versions
    years = sorted(int(column) for column in source.columns if column.isdigit())
    wanted = countries(source.country)
    numbers = pd.concat({name: _numbers(folder / name, wanted, years) for name in tables}, axis=1)
    conversion = nuts_versions.read(folder / next(name for name in source.files if name not in tables))
    converted = nuts_versions.convert(numbers, conversion, start=start, end=NUTS)
    told = converted.numbers[converted.numbers.index.str[:2].isin(wanted)]
    reasons = converted.shared_out.map(
        lambda codes: pack(
            Message(
                "Shared out from {version} regions {codes} by their people, as borders were redrawn",
                version=start,
                codes=codes,
            )
        ),
        na_action="ignore",
    )
    all_people = {match["age"]: told[name, years[-1]] for name, match in tables.items() if not match["limit"]}
    lacking = {match["age"] for match in tables.values()} - all_people.keys()
    if lacking:
        raise InputError(
            f"{source.id} has no table of all people of age {min(lacking)}; name that with THRESHOLD_NONE."
        )
    rows = []
    if OLD in all_people:
        # People of all ages are those of the population table, which has every region.
        old = all_people[OLD]
        share = _percent(old, all_people["T"])
        rows.append(figures(old, indicator="people_65_plus", year=CENSUS, reasons=reasons))
        rows.append(figures(share, indicator="share_65_plus", year=CENSUS, reasons=reasons))
    for name, match in tables.items():
        if match["limit"]:
            people = all_people[match["age"]]
            of = f"{AGES[match['age']]}beyond_{NEAREST[match['nearest']]}{SERVICES[match['service']]}_{match['limit']}"
            for year in years:
                end = "" if year == years[-1] else f"_{year}"
                beyond = told[name, year]
                share = _percent(beyond, people)
                rows.append(figures(beyond, indicator=f"people_{of}{end}", year=year, reasons=reasons))
                rows.append(figures(share, indicator=f"share_{of}{end}", year=year, reasons=reasons))
    return pd.concat(rows, ignore_index=True)


def _percent(part: pd.Series, whole: pd.Series) -> pd.Series:
    """Share in percent; NaN where there is nobody. Sums of shared out people must not pass 100 by a last digit."""
    return (100 * part / whole.where(whole > 0)).clip(upper=100)


def _numbers(path: Path, wanted: tuple[str, ...], years: list[int]) -> pd.DataFrame:
    """Numbers of people by NUTS 3 region and year (columns, as numbers), of the countries wanted."""
    columns = [str(year) for year in years]
    table = read_csv(path.read_bytes(), ("GEO", *columns), str(path), encoding="utf-8")
    rows = table[(table["GEO"].str.len() == LENGTH) & table["GEO"].str[:2].isin(wanted)].set_index("GEO")
    numbers: pd.DataFrame = rows[columns].replace(":", "").apply(pd.to_numeric, errors="coerce")
    unread = numbers.isna() & ~rows[columns].isin(["", ":"])
    if unread.any(axis=None) or (numbers < 0).any(axis=None) or not rows.index.is_unique:
        raise InputError(f"{path} holds something else than one number of people a region and year; fetch it again.")
    return numbers.set_axis(years, axis=1)
