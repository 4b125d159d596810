"""Index configurations: what a file may say, and what a planner is told when it says something else."""

from pathlib import Path

import pytest

from geodata.errors import InputError
from pipelines.priority.configuration import Noise, Steps, Uncertainty, dump, load, names

SMALL = """\
title: Small
need:
  Age:
    weight: 2
    old: {sign: +1, weight: 3}
    young: {sign: -1, per: people}
  Distance:
    far: {sign: +1, normalise: scale, low: 0, high: 60}
resources:
  Projects:
    projects: {sign: +1}
steps:
  availability: 0.6
  impute: region
  outliers: treat
  normalise: z
  within: geometric
  across: -2
uncertainty:
  concentration: 20
  normalise: [percentile, z]
  across: [arithmetic, harmonic]
  noise:
    far: {absolute: 5, relative: 0.1}
"""


def write(folder: Path, text: str) -> str:
    (folder / "small.yaml").write_text(text, encoding="utf-8")
    return str(folder / "small.yaml")


def test_every_key_is_read(tmp_path: Path) -> None:
    small = load(write(tmp_path, SMALL))
    assert (small.name, small.title) == ("small", "Small")
    age, distance = small.need
    assert (age.weight, distance.weight) == (2, 1)
    assert [(term.indicator, term.sign, term.weight, term.per) for term in age.terms] == [
        ("old", 1, 3, None),
        ("young", -1, 1, "people"),
    ]
    assert (distance.terms[0].normalise, distance.terms[0].low, distance.terms[0].high) == ("scale", 0, 60)
    assert small.steps == Steps(0.6, impute="region", outliers="treat", normalise="z", within=0, across=-2)
    assert small.uncertainty == Uncertainty(
        concentration=20, normalise=("percentile", "z"), across=(1, -1), noise=(Noise("far", absolute=5, relative=0.1),)
    )


def test_what_is_saved_is_what_is_read(tmp_path: Path) -> None:
    small = load(write(tmp_path, SMALL))
    assert load(write(tmp_path, dump(small))) == small


@pytest.mark.parametrize("name", names())
def test_bundled_configurations_load_and_survive_saving(name: str, tmp_path: Path) -> None:
    bundled = load(name)
    path = tmp_path / f"{name}.yaml"
    path.write_text(dump(bundled), encoding="utf-8")
    assert load(str(path)) == bundled


def test_the_example_of_the_method_page_loads(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "composite-index.md").read_text(encoding="utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    assert load(write(tmp_path, example)).title == "Example"


def test_balanced_weighs_every_dimension_the_same() -> None:
    balanced = load("balanced")
    assert {part.weight for parts in balanced.indices.values() for part in parts} == {1}
    assert balanced.steps == Steps()


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("title: Small", "titel: Small", "line 1, titel: is not a key that is known here; did you mean title?"),
        ("old: {sign: +1", "old: {sing: +1", "line 5, need > Age > old > sing: is not a key that is known here"),
        ("{sign: -1, per", "{sign: 2, per", "line 6, need > Age > young > sign: expected +1"),
        ("{sign: -1, per: people}", "-1", "line 6, need > Age > young: expected keys with values"),
        ("weight: 2\n", "weight: -2\n", "line 4, need > Age > weight: is -2, expected a number of 0 or more"),
        ("weight: 2\n", "weight: true\n", "line 4, need > Age > weight: is True, expected a number"),
        ("weight: 2\n", "weight: .nan\n", "line 4, need > Age > weight: is nan, expected a number"),
        ("{sign: +1}\nsteps", "{sign: +1, weight: 0}\nsteps", "line 10, resources > Projects: its weights sum to zero"),
        ("  Projects:\n", "  Projects:\n    weight: 0\n", "line 9, resources: its weights sum to zero"),
        ("normalise: scale, ", "", "line 8, need > Distance > far: normalise: scale and the numbers low and high"),
        ("high: 60", "high: 0", "line 8, need > Distance > far > high: expected a number above low"),
        ("normalise: z\n", "normalise: zz\n", "line 16, steps > normalise: is 'zz'; "),
        ("impute: region", "impute: mean", "line 14, steps > impute: is 'mean'; known: neighbours, none, region, "),
        ("impute: region", "impute: neighbor", "line 14, steps > impute: is 'neighbor'; did you mean neighbours?"),
        (
            "availability: 0.6",
            "availability: 60",
            "line 13, steps > availability: is 60, expected a number from 0 to 1",
        ),
        ("availability: 0.6", "availability: 1", "line 14, steps > impute: nothing can be imputed while availability"),
        ("within: geometric", "within: geometrc", "line 17, steps > within: is 'geometrc'; did you mean geometric?"),
        ("[percentile, z]", "percentile", "line 21, uncertainty > normalise: expected a list"),
        (
            "far: {absolute",
            "fur: {absolute",
            "line 24, uncertainty > noise > fur: is not a key that is known here; did",
        ),
        ("  Distance:", "  Age:", "line 7, need > Age: is there twice; keep one"),
    ],
)
def test_mistakes_are_named_by_line_and_key(before: str, after: str, message: str, tmp_path: Path) -> None:
    assert SMALL.count(before) == 1, "the case must change one thing"
    with pytest.raises(InputError) as refused:
        load(write(tmp_path, SMALL.replace(before, after)))
    assert str(refused.value).startswith(f"small.yaml, {message}")


def test_a_name_that_is_not_there_is_answered_with_the_nearest() -> None:
    with pytest.raises(InputError, match=r"no index configuration 'ballanced'; did you mean balanced\?"):
        load("ballanced")


def test_sliders_change_dimensions_and_nothing_else() -> None:
    balanced = load("balanced")
    heavier = balanced.weighted({("need", "Age"): 3, ("resources", "Projects"): 0})
    assert {part.name: part.weight for part in heavier.need} == {"People": 1, "Age": 3, "Change": 1, "Remoteness": 1}
    assert {part.name: part.weight for part in heavier.resources} == {"Services": 1, "Projects": 0, "Support": 1}
    assert [part.terms for part in heavier.need] == [part.terms for part in balanced.need]


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({("need", "Ages"): 1}, r"no dimension 'Ages' in need; did you mean Age\?"),
        ({("need", "Age"): -1}, "weight of Age is -1, expected"),
        ({("need", "Age"): float("inf")}, "weight of Age is inf, expected"),
        ({("resources", part): 0 for part in ("Services", "Projects", "Support")}, "All weights of resources are 0"),
    ],
)
def test_weights_that_cannot_be_used_are_refused(weights: dict[tuple[str, str], float], message: str) -> None:
    with pytest.raises(InputError, match=message):
        load("balanced").weighted(weights)


def test_leaving_out_an_indicator_drops_a_dimension_that_is_then_empty() -> None:
    balanced = load("balanced")
    shorter = balanced.without(("need", "Change", "population_change"))
    assert shorter is not None
    assert [part.name for part in shorter.need] == ["People", "Age", "Remoteness"]
    assert shorter.resources == balanced.resources
