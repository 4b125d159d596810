"""The page Sites on the built Italy, without a browser."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.view.file import to_file
from dashboard.view.state import ViewState
from dashboard.view.text import plain
from geodata.store import Territory
from pipelines.areas.table import areas_table
from pipelines.response import siting
from pipelines.response.siting import Question
from tests.dashboard.running import fresh, opened, picture, texts

FORM = {
    f"sites-{name}": kind
    for name, kind in {
        "service": "selectbox",
        "method": "selectbox",
        "demand": "selectbox",
        "limit": "number_input",
        "count": "number_input",
        "solver": "selectbox",
        "candidates": "selectbox",
        "people": "number_input",
        "excluded": "text_input",
        "minimum": "text_input",
        "budget": "number_input",
        "capacity": "number_input",
        "anew": "checkbox",
    }.items()
}


def widget(app: AppTest, key: str) -> Any:
    """A field of the form."""
    return getattr(app, FORM[key])(key=key)


def propose(app: AppTest) -> None:
    next(button for button in app.button if button.label == "Propose sites").click().run()
    assert not app.exception


def test_a_question_is_asked_and_answered_as_the_pipelines_answer_it(app: AppTest, territory: Territory) -> None:
    opened(app, "sites", region="ITF5")
    assert "press Propose sites" in texts(app)
    app.number_input(key="sites-limit").set_value(30)
    app.selectbox(key="sites-demand").set_value("people_65_plus")
    app.selectbox(key="sites-solver").set_value("exact")
    propose(app)
    assert not app.error
    assert dict(app.query_params) == {"region": "ITF5", "sites": "hospital,mclp,30,3,people_65_plus,exact"}
    asked = Question(
        "hospital", region="ITF5", limit=30.0, sites=3, demand="people_65_plus", solver="exact", alternatives=0
    )
    expected = siting.answer(territory, asked)
    before, after = expected.covered
    assert [metric.value for metric in app.metric[:3]] == ["3", f"{before:,.0f}", f"{after:,.0f}"]
    shown = app.dataframe[0].value
    proposed = expected.sites[expected.sites["status"] == "proposed"]
    assert shown["name"].tolist() == proposed["name"].tolist()
    assert shown["gained"].tolist() == pytest.approx(proposed["gained"].tolist())
    drawn = picture(app)
    gaining = expected.areas.loc[expected.areas["gained"] > 0, "area_id"]
    order = areas_table(territory).index
    assert {order[at] for at, code in enumerate(drawn["classes"]) if code != "0"} == set(gaining)
    points = {group["name"]: group["rows"] for group in drawn["points"]}
    assert len(points["Exists"]) == (expected.sites["status"] == "exists").sum() > 0
    assert [(lat, lon) for lat, lon, _ in points["Proposed"]] == [
        (round(place.y, 5), round(place.x, 5)) for place in proposed.geometry
    ]
    assert plain("Proven optimal: no choice is better") in texts(app)
    assert plain("Estimate: over major roads and neighbouring places") in texts(app)
    assert "same at all its places" in texts(app), "how ages are shared out to places"
    (chart,) = app.get("vega_lite_chart")
    assert chart.proto.alt.startswith("Within the limit, %. 0: ")
    assert "python -m pipelines site italy" in app.code[0].value

    # More choices: bad ones said in place, good ones in the address and kept while other pages are looked at.
    app.number_input(key="sites-people").set_value(5000)
    app.text_input(key="sites-excluded").set_value("077008, ")
    app.text_input(key="sites-minimum").set_value("ITF52:5")
    propose(app)
    assert plain("The minimum 'ITF52:5' cannot be read") in app.error[0].value and not app.dataframe
    app.text_input(key="sites-minimum").set_value("ITF52=5")
    propose(app)
    link = dict(app.query_params)
    more = "people_min=5000,exclude=077008,minimum=ITF52=5"
    assert link["sites"] == f"hospital,mclp,30,3,people_65_plus,exact,{more}" and not app.error
    assert "--people-min 5000 --exclude 077008 --minimum ITF52=5 " in app.code[0].value
    places = territory.layer("places")
    large = places[(places["population"] >= 5000) & places["area_id"].str.startswith("077")]
    shown = app.dataframe[0].value
    assert len(shown) == 3 and set(shown["name"]) <= set(large["name"][large["area_id"] != "077008"])
    assert any(button.key == "sites-scenario" for button in app.button)
    other = opened(fresh(), "sites", **link)
    assert not other.error and "The link" not in texts(other)
    assert {key: widget(other, key).value for key in FORM} == {key: widget(app, key).value for key in FORM} | {
        "sites-excluded": "077008"
    }
    assert other.dataframe[0].value.equals(shown) and other.code[0].value == app.code[0].value
    app.switch_page("views/methods.py").run()
    app.switch_page("views/sites.py").run()
    assert app.text_input(key="sites-minimum").value == "ITF52=5"
    app.selectbox(key="sites-candidates").set_value("hospital")
    propose(app)
    assert "The candidates are the service itself" in app.error[0].value
    app.selectbox(key="sites-service").set_value("university")
    app.selectbox(key="sites-candidates").set_value("court")
    app.selectbox(key="sites-method").set_value("p_median")
    app.text_input(key="sites-excluded").set_value("")
    app.text_input(key="sites-minimum").set_value("")
    propose(app)
    assert not app.error and "--candidates court" in app.code[0].value and "--people-min" not in app.code[0].value
    courts = territory.layer("services").query("category == 'court'")
    assert len(app.dataframe[0].value) and set(app.dataframe[0].value["name"]) <= set(courts["name"])
    assert not any(button.key == "sites-scenario" for button in app.button), "a scenario adds services at places only"


CLINICS = (
    b"name;latitude;longitude;cost;capacity\n"
    b"Clinic A;40.4030;16.2290;2;900\nClinic B;40.2460;16.2700;5;\nClinic C;;;1;\nClinic D;40.3800;15.9900;4;\n"
)


def test_a_list_of_ones_own_is_read_and_gives_the_candidates_within_a_budget(app: AppTest, territory: Territory):
    opened(app, "sites", region="ITF5")
    app.file_uploader(key="sites-file").set_value(
        ("clinics.csv", b"name;latitude;longitude\nA;x;y\n", "text/csv")
    ).run()
    assert "No row of clinics" in app.error[0].value and "sites-list-away" not in {each.key for each in app.button}
    app.file_uploader(key="sites-file").set_value(("clinics.csv", CLINICS, "text/csv")).run()
    assert not app.exception and not app.error
    told = texts(app)
    assert plain("3 candidates of clinics.csv, with costs, 1 with a capacity") in told
    assert plain("1 row of clinics.csv cannot be placed and is left out.") in told
    assert app.selectbox(key="sites-candidates").value == "list"
    app.number_input(key="sites-count").set_value(0)
    propose(app)
    assert "Neither a number of sites nor a budget is given" in app.error[0].value
    app.number_input(key="sites-budget").set_value(6.0)
    propose(app)
    assert "only the exact solver knows" in app.error[0].value, "one of the list has a capacity"
    app.selectbox(key="sites-solver").set_value("exact")
    propose(app)
    link = dict(app.query_params)["sites"]
    assert not app.error and link == "hospital,mclp,45,0,population,exact,candidates=list,budget=6"
    asked = Question("hospital", region="ITF5", sites=0, budget=6.0, solver="exact", alternatives=0)
    own = siting.from_file(territory, CLINICS, "clinics.csv", service="hospital")
    expected = siting.answer(territory, asked, own=own).sites.query("status == 'proposed'")
    shown = app.dataframe[0].value
    assert shown["name"].tolist() == expected["name"].tolist() and shown["cost"].sum() <= 6
    assert "--budget 6 " in app.code[0].value and "--candidates clinics.csv " in app.code[0].value
    assert texts(app).count("is a file: link and saved view leave it out") == 2, "beside the list, and at Share"

    # Who opens the link is asked for the list, and has the answer with it.
    other = opened(fresh(), "sites", region="ITF5", sites=link)
    assert "give its file under A list of your own" in other.warning[0].value and not other.dataframe
    other.file_uploader(key="sites-file").set_value(("clinics.csv", CLINICS, "text/csv")).run()
    assert not other.error and other.dataframe[0].value.equals(shown)
    assert other.number_input(key="sites-budget").value == 6 and other.selectbox(key="sites-solver").value == "exact"

    # Each new site serves so many; without those that exist; another page and back; the list taken away.
    app.number_input(key="sites-capacity").set_value(500)
    app.checkbox(key="sites-anew").set_value(True)
    propose(app)
    assert not app.error and "--capacity 500 " in app.code[0].value and "--anew " in app.code[0].value
    assert app.dataframe[0].value["served"].max() == pytest.approx(500)
    app.switch_page("views/methods.py").run()
    app.switch_page("views/sites.py").run()
    assert app.selectbox(key="sites-candidates").value == "list" and app.dataframe[0].value["cost"].sum() <= 6
    app.button(key="sites-scenario").click().run()
    assert not app.exception and "Clinic" in texts(app) and not app.error
    app.switch_page("views/sites.py").run()
    app.button(key="sites-list-away").click().run()
    assert app.selectbox(key="sites-candidates").value == "places"
    assert "give its file" in app.warning[0].value, "what is asked is still about the list"
    propose(app)
    assert "--candidates" not in app.code[0].value and "--budget 6 " in app.code[0].value


def test_the_quick_solver_has_alternatives_in_a_whole_territory(app: AppTest) -> None:
    opened(app, "sites")
    app.selectbox(key="sites-service").set_value("university")
    app.selectbox(key="sites-candidates").set_value("port")
    app.number_input(key="sites-count").set_value(1)
    propose(app)
    assert not app.error and "--candidates port " in app.code[0].value
    assert app.dataframe[1].value["alternative"].tolist() == [1, 2]
    app.selectbox(key="sites-solver").set_value("exact")
    propose(app)
    assert "Alternatives are looked for when a region is chosen;" in texts(app)


def test_people_weighted_by_need_go_by_the_weighting_of_the_view(app: AppTest) -> None:
    opened(app, "sites", region="ITF5", weighting="health", sites="hospital,mclp,45,1,need,exchange")
    assert not app.error and "--config health " in app.code[0].value
    assert plain("The need is that of the weighting Health") in texts(app)
    first = app.metric[1].value
    app.selectbox(key="filter-weighting").set_value("ageing").run()
    assert "--config ageing " in app.code[0].value and app.metric[1].value != first


def test_the_proposed_sites_are_taken_into_a_scenario(app: AppTest, territory: Territory) -> None:
    opened(app, "sites", region="ITF5", sites="hospital,mclp,45,2,population,exchange")
    names = app.dataframe[0].value["name"].tolist()
    app.button(key="sites-scenario").click().run()
    assert not app.exception and not app.error
    assert app.text_input(key="scenario-title").value.startswith("2 new sites: ")
    told = texts(app)
    for number, name in enumerate(names, start=1):
        assert f"{number}. {plain(f'Add a service: New site in {name}')}" in told
    asked = Question("hospital", region="ITF5", sites=2, alternatives=0)
    before, after = siting.answer(territory, asked).covered
    beyond = (
        app.dataframe[-1].value.set_index("what").loc["People beyond 45 minutes: hospital with emergency department"]
    )
    now, then = (int(value.replace(",", "")) for value in beyond)
    # Sites count the people of the region alone; some beyond its border gain too.
    assert now - then >= round(after - before) > 0


def test_a_saved_view_fills_the_form_whatever_was_typed_before(app: AppTest) -> None:
    opened(app, "sites", region="ITF5")
    app.number_input(key="sites-people").set_value(7)
    app.number_input(key="sites-count").set_value(9).run()
    asked = Question("hospital", sites=1, people_min=5000, excluded=("077008",), minimum=(("ITF52", 1),))
    content = to_file(ViewState(region="ITF5", sites=asked), {}).encode()
    app.file_uploader(key="view-open").set_value(("view.json", content, "application/json")).run()
    assert not app.exception and not app.error
    assert [widget(app, f"sites-{name}").value for name in ("people", "count", "excluded")] == [5000, 1, "077008"]
    assert "--people-min 5000 --exclude 077008 --minimum ITF52=1 " in app.code[0].value


def test_nonsense_in_the_address_is_a_notice(app: AppTest) -> None:
    app.query_params["sites"] = "hospital,mclp,0,3,people,<b>"
    app.run()
    assert "which cannot be asked here" in app.warning[0].value and "<b>" not in app.warning[0].value
    app.switch_page("views/sites.py").run()
    assert not app.exception and "press Propose sites" in texts(app)
