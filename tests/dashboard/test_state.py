"""The view and its form in the address bar."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.view.file import Saved, from_file, to_file
from dashboard.view.options import BIVARIATE, DEGURBA, TIER, Options
from dashboard.view.state import ADDRESSES, ViewState, from_parameters, territory_of, to_parameters
from geodata.errors import InputError
from pipelines.priority.analysis import dimensions
from pipelines.priority.configuration import load
from pipelines.response.matching.crosswalk import THEMES
from pipelines.response.siting import DEMANDS, PLACES, Question
from pipelines.response.siting.solver import METHODS, SOLVERS

AREAS = frozenset({"001001", "076026", "077014"})
OPTIONS = Options(
    territories=("italy",),
    layers=frozenset({"gap", "need", "resources", BIVARIATE, TIER}),
    regions=frozenset({"ITF5", "ITF51"}),
    points=frozenset({"hospital", "projects"}),
    services=frozenset({"hospital", "pharmacy"}),
    areas=AREAS,
    candidates=frozenset({"it-3165185", "court-12"}),
    projects=frozenset({"bus"}),
    groups=frozenset({"Access", "People & age"}),
    filters=frozenset({"country=IT", "theme=health & care", "all"}),
    weightings={"": load("balanced"), "balanced": load("balanced"), "health": load("health")},
)


def subset(of: frozenset[str] | tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(sorted(of)), unique=True).map(tuple)


@st.composite
def weighting(draw: st.DrawFn) -> dict[str, object]:
    """A preset and, or not, weights of its dimensions in steps of 0.01, not all 0 in an index."""
    name = draw(st.sampled_from(sorted(OPTIONS.weightings)))
    known = dimensions(OPTIONS.weightings[name])
    hundredths = draw(st.lists(st.integers(1, 300), min_size=len(known), max_size=len(known)))
    return {"weighting": name, "weights": draw(st.sampled_from([(), tuple(each / 100 for each in hundredths)]))}


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """A question about sites, with any of its further choices; a list of one's own has codes of its own."""
    candidates = draw(st.sampled_from([PLACES, "hospital", "pharmacy", "list"]))
    codes = [*AREAS, *OPTIONS.candidates, *(["candidate-3"] if candidates == "list" else [])]
    return Question(
        draw(st.sampled_from(sorted(OPTIONS.services))),
        draw(st.sampled_from(sorted(METHODS))),
        limit=float(draw(st.integers(1, 999))),
        sites=draw(st.integers(0, 999)),
        demand=draw(st.sampled_from(sorted(DEMANDS))),
        solver=draw(st.sampled_from(SOLVERS)),
        candidates=candidates,
        people_min=draw(st.integers(0, 10**7)) if candidates == PLACES else 0,
        excluded=tuple(draw(st.lists(st.sampled_from(sorted(codes))))),
        minimum=tuple(draw(st.lists(st.tuples(st.sampled_from(sorted(OPTIONS.regions)), st.integers(0, 10**6 - 1))))),
        budget=draw(st.just(0.0) | st.floats(1e-9, 1e12)),
        capacity=float(draw(st.integers(0, 10**7))),
        existing=draw(st.booleans()),
    )


LISTS = st.sampled_from(["current", "shortlist", "file", "balanced", "health"])
# A strategy for each field beside the territory and the weighting.
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "k": st.integers(1, 10**9),
    "layer": st.sampled_from(sorted(OPTIONS.layers)),
    "region": st.sampled_from(["", *sorted(OPTIONS.regions)]),
    "degurba": subset(DEGURBA),
    "people_min": st.integers(0, 10**9),
    "people_max": st.integers(0, 10**9),
    "points": subset(OPTIONS.points),
    "area": st.sampled_from(["", *sorted(AREAS)]),
    "shortlist": subset(AREAS),
    "compared": st.one_of(st.just(()), st.tuples(LISTS, LISTS)),
    "sites": st.one_of(st.none(), questions()),
    "peers": st.sampled_from(["", "italy"]),
    "changed": st.sampled_from([(), ("improved", "gap"), ("worsened", "need", "implausible")]),
    "language": st.sampled_from(["", "en", "de", "fr", "it", "es"]),
    "classes": st.sampled_from(["", "local"]),
    "beside": st.sampled_from([(), ("001001", "077014"), ("ITF5", "ITF51")]),
    "group": st.sampled_from(["", *sorted(OPTIONS.groups)]),
    "service": st.sampled_from(["", *sorted(OPTIONS.services)]),
    "projects": subset(OPTIONS.filters),
    "response": st.one_of(
        st.sampled_from([(), ("project",), ("project", "bus"), ("white-spots",)]),
        st.tuples(st.just("white-spots"), st.sampled_from(THEMES), st.integers(0, 999).map(str)),
    ),
}
views = st.builds(lambda preset, **others: ViewState(**preset, **others), weighting(), **FIELDS)


def test_every_field_of_the_view_is_drawn_for_the_round_trip() -> None:
    assert FIELDS.keys() | {"territory", "weighting", "weights"} == ADDRESSES.keys()


@pytest.mark.parametrize("name", sorted(ADDRESSES.keys() - {"territory"}))
def test_every_field_checks_what_an_address_says(name: str) -> None:
    view, notices = from_parameters({ADDRESSES[name].parameter: "<none of these>"}, OPTIONS)
    assert view == ViewState()
    assert len(notices) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "area",
        "project,",
        "project,tram",
        "project,bus,60",
        "white-spots,mobility",
        "white-spots,moon,60",
        "white-spots,mobility,-5",
        "white-spots,mobility,060",
    ],
)
def test_what_cannot_be_looked_for_is_ignored(text: str) -> None:
    view, notices = from_parameters({"response": text}, OPTIONS)
    assert view.response == ()
    assert len(notices) == 1


@pytest.mark.parametrize(
    "text", ["improved", "better,gap", "improved,nothing", "improved,gap,all", "improved,gap,implausible,"]
)
def test_what_is_no_list_of_changes_is_not_listed(text: str) -> None:
    view, notices = from_parameters({"change": text}, OPTIONS)
    assert view.changed == ()
    assert len(notices) == 1


@given(views)
def test_a_link_reproduces_the_view(view: ViewState) -> None:
    assert from_parameters(to_parameters(view), OPTIONS) == (view, [])


def test_the_default_view_has_an_empty_address() -> None:
    assert to_parameters(ViewState()) == {}


def test_the_order_of_the_shortlist_is_kept() -> None:
    view = ViewState(shortlist=("077014", "001001"))
    assert to_parameters(view) == {"list": "077014,001001"}
    assert from_parameters({"list": "077014,001001"}, OPTIONS)[0] == view


@given(st.dictionaries(st.text(), st.text(), max_size=6))
def test_any_address_gives_a_usable_view(parameters: dict[str, str]) -> None:
    view, notices = from_parameters(parameters, OPTIONS)
    assert from_parameters(to_parameters(view), OPTIONS) == (view, [])
    assert all(notice.endswith(".") for notice in notices)


@given(
    st.sampled_from([*sorted(each.parameter for each in ADDRESSES.values()), "zzz"]),
    st.text(min_size=1),
)
def test_a_notice_never_carries_markup(name: str, text: str) -> None:
    _, notices = from_parameters({name: f"<script>[x](javascript:1)`{text}"}, OPTIONS)
    assert len(notices) == 1
    assert not set("<>[]()`*$\\") & set(notices[0])


def test_what_is_unknown_is_said_and_the_rest_is_kept() -> None:
    view, notices = from_parameters({"region": "XX", "layer": "need", "list": "077014,999999"}, OPTIONS)
    assert view == ViewState(layer="need", shortlist=("077014",))
    assert len(notices) == 2
    assert "region “XX”" in notices[0]
    assert "“999999”" in notices[1]


def test_a_territory_that_is_not_built_is_said() -> None:
    view, notices = from_parameters({"territory": "atlantis"}, OPTIONS)
    assert view == ViewState()
    assert "not built here; italy is shown" in notices[0]
    assert territory_of({}, ("slovenia",)) == ("slovenia", [])


def test_people_must_be_whole_numbers() -> None:
    for text in ("-1", "1e6", "many", "٣", "9" * 20):
        view, notices = from_parameters({"people_min": text}, OPTIONS)
        assert view == ViewState()
        assert "expected a whole number" in notices[0]
    assert from_parameters({"people_min": "500"}, OPTIONS) == (replace(ViewState(), people_min=500), [])


def test_weights_of_a_link_are_those_of_its_preset_in_the_order_of_the_file() -> None:
    """Health: two dimensions of need, aged 65 and over and 80 and over, and two of resources, hospital and towns."""
    view, notices = from_parameters({"weighting": "health", "weights": "3,0.25,1,0"}, OPTIONS)
    assert view == ViewState(weighting="health", weights=(3, 0.25, 1, 0))
    assert notices == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1,2", "There are 2 weights, but Balanced has 5 dimensions"),
        ("0,1,1,1,1", "All weights of need are 0"),
        ("1,0,0,0,0", "All weights of resources are 0"),
        ("4,1,1,1,1", "not between 0 and 3"),
        ("-1,1,1,1,1,1,1", "Expected numbers"),
        ("nan,1,1,1,1,1,1", "Expected numbers"),
        ("1e9,1,1,1,1,1,1", "Expected numbers"),
        ("²,1,1,1,1,1,1", "Expected numbers"),
        ("", "Expected numbers"),
    ],
)
def test_weights_that_make_no_index_are_said(text: str, said: str) -> None:
    view, notices = from_parameters({"weights": text, "region": "ITF5"}, OPTIONS)
    assert view == ViewState(region="ITF5")
    assert len(notices) == 1 and said in notices[0]


@pytest.mark.parametrize("text", ["current", "current,", "current,ageing", "current,health,file", ",", "current;file"])
def test_what_is_not_two_known_lists_is_not_compared(text: str) -> None:
    view, notices = from_parameters({"compare": text}, OPTIONS)
    assert view == ViewState()
    assert len(notices) == 1 and "expected two lists" in notices[0]


def test_preset_that_is_unknown_and_list_of_no_areas_are_said() -> None:
    view, notices = from_parameters({"weighting": "helth", "k": "0"}, OPTIONS)
    assert view == ViewState()
    assert any("weighting “helth”" in notice for notice in notices)
    assert any("whole number of 1 or more" in notice for notice in notices)


@given(views, st.dictionaries(st.sampled_from(sorted(AREAS)), st.text(max_size=50)))
def test_a_saved_file_reproduces_the_view_and_its_notes(view: ViewState, notes: dict[str, str]) -> None:
    saved = from_file(to_file(view, notes, "sites").encode())
    assert from_parameters(saved.parameters, OPTIONS) == (view, [])
    assert saved == Saved(saved.parameters, notes, "sites")


@pytest.mark.parametrize("position", ["7.25/40.4230/16.2300", "3/-9/-170"])
def test_a_saved_file_has_the_position_that_the_browser_adds(position: str) -> None:
    content = {**json.loads(to_file(ViewState(), {})), "position": position}
    assert from_file(json.dumps(content).encode()) == Saved({}, {}, None, position)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"format": "other", "view": {}, "notes": {}}',
        b'{"format": "rural needs and resources map: view 1", "view": {"k": 5}, "notes": {}}',
        b'{"format": "rural needs and resources map: view 1", "view": [], "notes": {}}',
        b'{"format": "rural needs and resources map: view 1", "view": {}}',
        b'{"format": "rural needs and resources map: view 1", "view": {}, "notes": {}, "page": 1}',
        b'{"format": "rural needs and resources map: view 1", "view": {}, "notes": {}, "position": [7, 40, 16]}',
        b'{"format": "rural needs and resources map: view 1", "view": {}, "notes": {}, "position": "7/40"}',
    ],
)
def test_what_is_no_saved_view_is_said(content: bytes) -> None:
    with pytest.raises(InputError, match="no saved view"):
        from_file(content)


def test_more_choices_of_a_question_about_sites_are_in_the_address() -> None:
    left_out = "exclude=076026,exclude=court-12"
    more = f"candidates=pharmacy,{left_out},minimum=ITF51=1,minimum=ITF5=2,budget=2.5,capacity=500,anew"
    text = f"hospital,mclp,45,0,population,exact,{more}"
    asked = Question(
        "hospital",
        sites=0,
        solver="exact",
        candidates="pharmacy",
        excluded=("076026", "court-12"),
        minimum=(("ITF51", 1), ("ITF5", 2)),
        budget=2.5,
        capacity=500.0,
        existing=False,
    )
    assert to_parameters(ViewState(sites=asked)) == {"sites": text}
    assert from_parameters({"sites": text}, OPTIONS) == (ViewState(sites=asked), [])


@pytest.mark.parametrize(
    "part",
    [
        "candidates=moon",
        "people_min=-5",
        "people_min=10000001",
        "people_min=1e3",
        "exclude=999999",
        "exclude=candidate-3",
        "minimum=XX=1",
        "minimum=ITF5",
        "minimum=",
        "budget=0",
        "budget=nan",
        "budget=1e400",
        "budget=1000000000001",
        "capacity=2.5",
        "anew=no",
        "surprise=1",
        "<b>",
        "",
    ],
)
def test_a_choice_that_cannot_be_asked_is_said_and_the_question_kept(part: str) -> None:
    view, notices = from_parameters({"sites": f"hospital,mclp,45,3,population,exchange,{part},budget=7"}, OPTIONS)
    assert view.sites == Question("hospital", sites=3, budget=7.0)
    assert len(notices) == 1 and "it was left out" in notices[0] and "<" not in notices[0]


def test_the_fewest_people_count_for_places_alone() -> None:
    text = "hospital,mclp,45,3,population,exchange,candidates=pharmacy,people_min=500"
    view, notices = from_parameters({"sites": text}, OPTIONS)
    assert view.sites == Question("hospital", sites=3, candidates="pharmacy")
    assert len(notices) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hospital,mclp,45,3,population",
        "moon,mclp,45,3,population,exchange",
        "hospital,best,45,3,population,exchange",
        "hospital,mclp,0,3,population,exchange",
        "hospital,mclp,45,1000,population,exchange",
        "hospital,mclp,45,3,people,exchange",
        "hospital,mclp,45,3,population,magic",
        "hospital,mclp,45.5,3,population,exchange",
    ],
)
def test_what_is_no_question_about_sites_is_not_asked(text: str) -> None:
    view, notices = from_parameters({"sites": text}, OPTIONS)
    assert view.sites is None
    assert len(notices) == 1 and "cannot be asked here; it was ignored" in notices[0]


@pytest.mark.parametrize("text", ["001001", "001001,ITF5", "001001,999999", ",", "ITF5,ITF51,001001"])
def test_what_is_not_two_of_a_kind_is_not_put_side_by_side(text: str) -> None:
    view, notices = from_parameters({"beside": text}, OPTIONS)
    assert view == ViewState()
    assert len(notices) == 1 and "two areas or two regions" in notices[0]
