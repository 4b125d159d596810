"""The indicator dictionary is the one place where numbers are named, so it must be whole and without contradiction."""

import re
from pathlib import Path

import numpy as np
import pytest

from geodata import indicators, recipes
from geodata.errors import InputError
from geodata.indicators import Indicator, category, dictionary, minutes_to
from geodata.schema import LAYERS

CATEGORIES = ("court", "hospital")


def test_indicator_for_each_service_is_there_once_for_every_category_with_its_title():
    entries = dictionary(CATEGORIES)
    for kind in ("minutes", "minutes_3", "within", "supply"):
        copies = [name for name in entries if name.rsplit("_", 1)[0] == kind]
        assert copies == [f"{kind}_court", f"{kind}_hospital"]
        assert [entries[name].service for name in copies] == ["court", "hospital"]
    assert entries[minutes_to("hospital")].title == "Minutes to the nearest hospital with emergency department"


def test_indicator_for_each_threshold_is_there_once_for_every_threshold_of_every_category():
    """A court has one threshold, of 60 minutes, a hospital three."""
    entries = dictionary(CATEGORIES)
    for kind in ("share_beyond", "people_beyond", "people_65_plus_beyond"):
        copies = {name: entry.service for name, entry in entries.items() if entry.service and name.startswith(kind)}
        assert list(copies.items()) == [
            (f"{kind}_court_60", "court"),
            (f"{kind}_hospital_5", "hospital"),
            (f"{kind}_hospital_20", "hospital"),
            (f"{kind}_hospital_45", "hospital"),
        ]
    assert entries["share_beyond_hospital_20"].title == (
        "Share of people over 20 min away (hospital with emergency department)"
    )
    assert "more than 20 travel minutes" in entries["share_beyond_hospital_20"].formula


def test_limit_of_a_category_is_its_highest_threshold():
    assert dictionary(CATEGORIES)["within_hospital"].title == "Hospitals with emergency department within 45 min"


def test_entries_of_no_category_are_about_no_service():
    without = dictionary(())
    assert without and not any(entry.service for entry in without.values())
    assert [name for name, entry in dictionary(CATEGORIES).items() if not entry.service] == list(without)


def test_health_care_has_the_thresholds_of_eurostat():
    for name in ("hospital", "any_hospital", "general_practice"):
        assert category(name).thresholds == (5, 20, 45)


@pytest.mark.parametrize("entry", indicators.categories().values(), ids=lambda entry: entry.id)
def test_thresholds_of_every_category_rise(entry: indicators.Category):
    assert list(entry.thresholds) == sorted({*entry.thresholds}) != []
    assert entry.thresholds[0] > 0


def test_dictionary_keeps_its_order_and_the_order_of_the_categories():
    names = list(dictionary(("port", "airport")))
    assert names.index("population") < names.index("minutes_port") < names.index("minutes_airport") < names.index("gap")


@pytest.mark.parametrize("entry", dictionary(tuple(indicators.categories())).values(), ids=lambda entry: entry.id)
def test_every_entry_is_whole(entry: Indicator):
    for text in (entry.title, entry.unit, entry.dimension, entry.formula, entry.missing):
        assert text.strip() == text != ""
        assert "{" not in text
    assert entry.direction in ("worse", "better", "neutral")
    assert 0 <= entry.decimals <= 3
    assert entry.layers and set(entry.layers) <= recipes.NEEDED | recipes.OPTIONAL


def test_titles_are_unique():
    titles = [entry.title for entry in dictionary(tuple(indicators.categories())).values()]
    assert len(titles) == len(set(titles))


def test_no_indicator_takes_the_name_of_a_column_that_the_table_of_areas_has():
    taken = {*LAYERS["areas"].columns.columns, "nuts2_name", "nuts3_name", "degurba_label", "rank", "order", "note"}
    assert not taken & dictionary(tuple(indicators.categories())).keys()


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("population", 1234567.4, "1,234,567 people"),
        ("share_65_plus", 24.96, "25.0%"),
        ("minutes_hospital", 0.0, "0 min"),
        ("gap", 12.345, "12.3"),
        ("competence_centre", 1.0, "1"),
        ("population_change", -0.005, "-0.01%"),
        ("gap", np.nan, "no data"),
        ("aria_class", 1.0, "major cities"),
        ("aria_class", 5.0, "very remote"),
        ("aria_class", np.nan, "no data"),
        ("within_hospital", 0.0, "0.0 services"),
        ("population", None, "no data"),
    ],
)
def test_number_is_written_with_its_decimals_and_unit_and_missing_is_never_zero(name: str, value: float, text: str):
    assert dictionary(CATEGORIES)[name].format(value) == text


@pytest.mark.parametrize(
    ("name", "threshold", "places"),
    [
        (indicators.MINUTES_CITY, indicators.CITY_PEOPLE, ("title", "formula", "missing")),
        (indicators.PROJECTS_WITHIN, indicators.PROJECT_MINUTES, ("title", "formula")),
        (indicators.rate_of("court"), indicators.RATE_PEOPLE, ("title", "formula")),
    ],
)
def test_a_threshold_is_the_one_in_the_name_and_the_words_of_its_indicator(
    name: str, threshold: int, places: tuple[str, ...]
):
    entry = dictionary(CATEGORIES)[name]
    for place in places:
        figures = re.findall(r"\d[\d,]*", getattr(entry, place))
        assert f"{threshold:,}" in figures, f"{place} of {name} names other figures than {threshold}"
    figure = re.findall(r"\d[\d_]*k?", name)[0]
    assert int(figure.replace("_", "").replace("k", "000")) == threshold


def test_names_of_indicators_with_thresholds_are_those_that_are_published():
    assert (indicators.MINUTES_CITY, indicators.PROJECTS_WITHIN) == ("minutes_city_50k", "projects_within_60")
    assert indicators.rate_of("hospital") == "hospital_per_100_000"
    declared = {indicators.PROJECTS_IN_AREA, indicators.MINUTES_URBAN_CENTRE, indicators.MINUTES_TO_CITY}
    assert declared <= dictionary(CATEGORIES).keys()


def test_unknown_category():
    with pytest.raises(InputError, match=r"no service category 'hospitl'; did you mean hospital\?"):
        category("hospitl")
    with pytest.raises(InputError, match="no service category 'hospitl'"):
        dictionary(("hospitl",))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("title: x", "line 1, population > unit: is missing; add it."),
        ("colour: red", "line 3, population > colour: is not a key that is known here; known: "),
    ],
)
def test_entry_with_wrong_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str, said: str):
    path = tmp_path / "indicators.yaml"
    path.write_text("population:\n  layers: [population]\n  " + change, encoding="utf-8")
    monkeypatch.setattr(indicators, "DICTIONARY", path)
    with pytest.raises(InputError) as caught:
        dictionary(())
    assert str(caught.value).startswith(f"indicators.yaml, {said}")
