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
    far: {sign: +1, low: 0, high: 60, reason: an hour}
resources:
  Places:
    places: {sign: +1, shrink: people}
steps:
  availability: 0.6
  impute: region
  outliers: treat
  normalise: z
  within: geometric
  across: -2
  gap: arithmetic
uncertainty:
  concentration: 20
  goalposts: 0.1
  leave_out: false
  small_numbers: false
  missing_services: false
  gap: [arithmetic]
  minutes: {absolute: 1}
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
    far = distance.terms[0]
    assert (far.normalise, far.low, far.high, far.reason, far.goalposts) == (None, 0, 60, "an hour", (0, 60))
    assert small.resources[0].terms[0].shrink == "people"
    assert small.resources[0].terms[0].needs == {"places", "people"}
    assert small.steps == Steps(
        0.6, impute="region", outliers="treat", normalise="z", within=0, across=-2, gap="arithmetic"
    )
    assert small.uncertainty == Uncertainty(
        concentration=20,
        goalposts=0.1,
        leave_out=False,
        normalise=("percentile", "z"),
        across=(1, -1),
        gap=("arithmetic",),
        minutes=Noise("minutes", absolute=1),
        small_numbers=False,
        missing_services=False,
        noise=(Noise("far", absolute=5, relative=0.1),),
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


@pytest.mark.parametrize("name", names())
def test_presets_keep_the_rules_of_the_method_page(name: str) -> None:
    """Goalposts with a reason everywhere, and distance in one index alone."""
    preset = load(name)
    terms = [(key, term) for key, _, term in preset.terms()]
    assert all(term.goalposts is not None and term.reason for _, term in terms)
    far = {key[0] for key, term in terms if term.indicator.startswith(("minutes_", "share_beyond_", "within_"))}
    assert far == ({"resources"} if preset.resources else {"need"})
    shares = [term for _, term in terms if term.indicator in ("share_65_plus", "share_80_plus", "share_under_15")]
    assert all(term.shrink == "population" for term in shares)
    assert not {"population_change", "competence_centre"} & {term.indicator for _, term in terms}


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
        ("shrink: people}", "weight: 0}", "line 10, resources > Places: its weights sum to zero"),
        ("  Places:\n", "  Places:\n    weight: 0\n", "line 9, resources: its weights sum to zero"),
        (", reason: an hour", "", "line 8, need > Distance > far: low, high and the reason for them go together"),
        ("high: 60, ", "", "line 8, need > Distance > far: low, high and the reason for them go together"),
        ("low: 0, high", "normalise: z, low: 0, high", "line 8, need > Distance > far: low, high and the reason"),
        ("reason: an hour", "reason: ''", "line 8, need > Distance > far > reason: is '', expected a text"),
        ("high: 60", "high: 0", "line 8, need > Distance > far > high: expected a number above low"),
        ("low: 0,", "low: 50,", "line 8, need > Distance > far > high: meets low when both move by 10%; set them"),
        ("    places: {", "    far: {", "line 11, resources > Places > far: counts already as need > Distance > far"),
        (
            "    places: {",
            "    projects_within_60: {",
            "line 11, resources > Places > projects_within_60: projects_within_60 counts a list of examples, of which",
        ),
        ("gap: arithmetic", "gap: harmonic", "line 19, steps > gap: is 'harmonic'; known: arithmetic, geometric"),
        ("leave_out: false", "leave_out: 0", "line 23, uncertainty > leave_out: is 0, expected true or false"),
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
        ("[percentile, z]", "percentile", "line 28, uncertainty > normalise: expected a list"),
        (
            "far: {absolute",
            "fur: {absolute",
            "line 31, uncertainty > noise > fur: is not a key that is known here; did",
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
    children = load("children")
    heavier = children.weighted({("need", "Age"): 3, ("resources", "Learning"): 0})
    assert {part.name: part.weight for part in heavier.need} == {"Age": 3}
    assert {part.name: part.weight for part in heavier.resources} == {
        "Small towns": 1,
        "Towns": 1,
        "Learning": 0,
        "Emergency hospital": 1,
    }
    assert [part.terms for part in heavier.resources] == [part.terms for part in children.resources]


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({("need", "Ages"): 1}, r"no dimension 'Ages' in need; did you mean Age\?"),
        ({("need", "Age"): -1}, "weight of Age is -1, expected"),
        ({("need", "Age"): float("inf")}, "weight of Age is inf, expected"),
        (
            {("resources", part): 0 for part in ("Emergency hospital", "Small towns", "Towns", "Cities")},
            "All weights of resources are 0",
        ),
    ],
)
def test_weights_that_cannot_be_used_are_refused(weights: dict[tuple[str, str], float], message: str) -> None:
    with pytest.raises(InputError, match=message):
        load("balanced").weighted(weights)


def test_leaving_out_an_indicator_drops_a_dimension_that_is_then_empty() -> None:
    balanced = load("balanced")
    shorter = balanced.without(("resources", "Towns", "minutes_town_10k"))
    assert shorter is not None
    assert [part.name for part in shorter.resources] == ["Emergency hospital", "Small towns", "Cities"]
    assert shorter.need == balanced.need
    assert balanced.without(("need", "Age", "share_80_plus")) is None
