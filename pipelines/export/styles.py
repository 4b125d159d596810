"""Styles of the shortlist in QGIS: its own XML (QML) in the table `layer_styles`, where QGIS looks for them.

QGIS opens the layer in the style that is marked as the default, here the first; the others are in the layer's list of
styles. Each is a set of rules, because a graduated style of QGIS leaves features without a value out of the picture.
"""

from collections.abc import Sequence
from itertools import pairwise
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

import pandas as pd

from pipelines.areas.shortlist import Shortlist
from pipelines.export.palettes import PALETTES, spread

LAYER = "shortlist"
LONGEST_NAME = 30  # characters, what QGIS gives the column
EDGE = "#5b666e"
HATCH = "#7d878f"
PAPER = "#e9ecee"
FIRST = "gap"


def layer_styles(shortlist: Shortlist) -> pd.DataFrame:
    """One style for each indicator whose classes are known, in the columns that QGIS expects.

    Classes are those of the map: their bounds (`Shortlist.breaks`) come from the whole territory, not from the list.
    """
    names = sorted(shortlist.breaks, key=lambda name: name != FIRST)
    described = shortlist.columns.set_index("column").loc[names]
    titles = [_short(title, number) for number, title in enumerate(described["title"])]
    return pd.DataFrame(
        {
            "f_table_catalog": "",
            "f_table_schema": "",
            "f_table_name": LAYER,
            "f_geometry_column": "geom",
            "styleName": titles,
            "styleQML": [_qml(shortlist, name) for name in names],
            "styleSLD": "",
            "useAsDefault": [number == 0 for number in range(len(names))],
            "description": described["title"].to_numpy(),
            "owner": "",
            "ui": None,
            "update_time": pd.Timestamp("2000-01-01", tz="UTC"),
        }
    )


def _short(title: str, number: int) -> str:
    """Name a style in few characters; its number keeps two long titles apart."""
    return title if len(title) <= LONGEST_NAME else f"{title[: LONGEST_NAME - 4].rstrip()} {number:02d}"


def _qml(shortlist: Shortlist, name: str) -> str:
    row = shortlist.columns.set_index("column").loc[[name]].to_dict("records")[0]
    bounds = [round(bound, int(row["decimals_in_file"])) for bound in shortlist.breaks[name]]
    palette = spread(PALETTES.get(str(row["direction"]), PALETTES["neutral"]), len(bounds) + 1)
    root = Element("qgis", version="3.22", styleCategories="Symbology")
    renderer = SubElement(root, "renderer-v2", type="RuleRenderer", symbollevels="0", enableorderby="0")
    rules = SubElement(renderer, "rules", key="{root}")
    symbols = SubElement(renderer, "symbols")
    labels = _labels(bounds, int(row["decimals"]), str(row["unit"]))
    classes = list(zip(_conditions(name, bounds), labels, strict=True))
    for number, (condition, label) in enumerate([*classes, (f'"{name}" IS NULL', "no data")]):
        SubElement(rules, "rule", key=f"{{rule-{number}}}", symbol=str(number), filter=condition, label=label)
        symbol = SubElement(symbols, "symbol", type="fill", name=str(number), alpha="1", clip_to_extent="1")
        if number < len(palette):
            _fill(symbol, palette[number])
        else:
            _fill(symbol, PAPER)
            _hatch(symbol)
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ElementTree.tostring(
        root, encoding="unicode"
    )


def _conditions(name: str, bounds: Sequence[float]) -> list[str]:
    """Expression of each class; a bound belongs to the class that it closes."""
    if not bounds:
        return [f'"{name}" IS NOT NULL']
    between = [f'"{name}" > {low} AND "{name}" <= {high}' for low, high in pairwise(bounds)]
    return [f'"{name}" <= {bounds[0]}', *between, f'"{name}" > {bounds[-1]}']


def _labels(bounds: Sequence[float], decimals: int, unit: str) -> list[str]:
    told = [f"{bound:,.{decimals}f}" for bound in bounds]
    if not told:
        return ["all alike"]
    between = [f"over {low} to {high}" for low, high in pairwise(told)]
    return [f"{label} {unit}" for label in (f"up to {told[0]}", *between, f"over {told[-1]}")]


def _fill(symbol: Element, colour: str) -> None:
    options = {
        "color": _channels(colour),
        "style": "solid",
        "outline_color": _channels(EDGE),
        "outline_style": "solid",
        "outline_width": "0.1",
        "outline_width_unit": "MM",
    }
    _layer(symbol, "SimpleFill", options)


def _hatch(symbol: Element) -> None:
    layer = _layer(symbol, "LinePatternFill", {"angle": "45", "distance": "1.5", "distance_unit": "MM"})
    line = SubElement(layer, "symbol", type="line", name=f"@{symbol.get('name')}@1", alpha="1", clip_to_extent="1")
    _layer(line, "SimpleLine", {"line_color": _channels(HATCH), "line_width": "0.3", "line_width_unit": "MM"})


def _layer(symbol: Element, kind: str, options: dict[str, str]) -> Element:
    layer = SubElement(symbol, "layer", attrib={"class": kind, "enabled": "1", "locked": "0", "pass": "0"})
    held = SubElement(layer, "Option", type="Map")
    for name, value in options.items():
        SubElement(held, "Option", type="QString", name=name, value=value)
    return layer


def _channels(colour: str) -> str:
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"
