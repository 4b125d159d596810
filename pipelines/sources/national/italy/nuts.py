"""NUTS regions of the Italian municipalities (ISTAT): a latin-1 table with line breaks inside its headers."""

import pandas as pd

from geodata import catalogue
from geodata.errors import InputError
from pipelines.sources.formats.tables import read_csv, require

PROVINCE = "Codice Provincia (Storico)(1)"
NUTS3 = {"": "Codice NUTS3 2024", "_2021": "Codice NUTS3 2021"}
LEVELS = ("nuts1", "nuts2", "nuts3", "nuts1_2021", "nuts2_2021", "nuts3_2021")
NAMES = {
    "nuts1": "Ripartizione geografica",
    "nuts2": "Denominazione Regione",
    "nuts3": "Denominazione dell'Unità territoriale sovracomunale (valida a fini statistici)",
}
# The table names the administrative region, which NUTS 2 splits into its two autonomous provinces.
AUTONOMOUS = {
    "ITH1": "Provincia Autonoma di Bolzano/Bozen",
    "ITH2": "Provincia Autonoma di Trento",
}


def read(content: bytes) -> pd.DataFrame:
    """Read the municipalities with their province and NUTS codes and names.

    Returns
    -------
    DataFrame
        area_id, province_code, the codes of `LEVELS`, and nuts1_name, nuts2_name, nuts3_name; all text,
        sorted by area_id.

    Raises
    ------
    InputError
        If the table cannot be read or lacks a column.
    """
    columns = catalogue.load()["italy-nuts"].columns
    table = read_csv(content, columns, "The list of municipalities", sep=";", encoding="latin-1")
    frame = pd.DataFrame({"area_id": table["Codice Comune formato alfanumerico"], "province_code": table[PROVINCE]})
    # A region's code begins with its parent's. The list's own higher levels of 2021 are wrong for two municipalities.
    for version, column in NUTS3.items():
        for level, length in (("nuts1", 3), ("nuts2", 4), ("nuts3", 5)):
            frame[level + version] = table[column].str[:length]
    for level, column in NAMES.items():
        frame[f"{level}_name"] = table[column]
    frame["nuts2_name"] = frame["nuts2"].map(AUTONOMOUS).fillna(frame["nuts2_name"])
    return frame.sort_values("area_id", ignore_index=True)


def of_areas(areas: pd.DataFrame, municipalities: pd.DataFrame) -> pd.DataFrame:
    """Give each area its NUTS codes; one unknown to the list takes those of its province's majority.

    Parameters
    ----------
    areas
        area_id and province_code.
    municipalities
        As returned by `read`.

    Returns
    -------
    DataFrame
        area_id and the codes of `LEVELS`, in the order of `areas`.

    Raises
    ------
    InputError
        If neither the area nor its province is in the list.
    """
    require(areas.columns, ["area_id", "province_code"], "The table of areas")
    own = municipalities.set_index("area_id")[[*LEVELS]].reindex(areas["area_id"])
    usual = municipalities.groupby("province_code")[[*LEVELS]].agg(_most_frequent)
    province = usual.reindex(areas["province_code"]).set_axis(own.index)
    codes = own.fillna(province)
    if codes.isna().to_numpy().any():
        lost = codes.index[codes.isna().any(axis=1)][0]
        raise InputError(f"Area {lost} and its province are not in the list of municipalities; use a newer list.")
    return codes.reset_index()


def regions(municipalities: pd.DataFrame) -> pd.DataFrame:
    """NUTS 1, 2 and 3 regions of 2024: region_id, level, name, parent_id (missing for NUTS 1), sorted by region_id."""
    parts = []
    for level, parent in (("nuts1", None), ("nuts2", "nuts1"), ("nuts3", "nuts2")):
        unique = municipalities.drop_duplicates(level)
        parts.append(
            pd.DataFrame(
                {
                    "region_id": unique[level],
                    "level": level,
                    "name": unique[f"{level}_name"],
                    "parent_id": unique[parent] if parent else None,
                }
            )
        )
    return pd.concat(parts).sort_values("region_id", ignore_index=True)


def _most_frequent(codes: "pd.Series[str]") -> str:
    return str(codes.mode().iloc[0])
