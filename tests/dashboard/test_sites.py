"""The page Sites on the built Italy, without a browser."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.text import plain
from geodata.store import Territory
from pipelines import sites
from pipelines.sites import Question

APP = Path(__file__).parents[2] / "dashboard" / "app.py"


@pytest.fixture
def app(data_root: Path) -> AppTest:  # noqa: ARG001 - points the app at the territory built for the tests
    return AppTest.from_file(str(APP), default_timeout=120)


def opened(app: AppTest, **parameters: str) -> AppTest:
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    app.switch_page("views/sites.py").run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.info, app.warning, app.error)
    return "\n".join(element.value for kind in kinds for element in kind)


def test_a_question_is_asked_and_answered_as_the_pipelines_answer_it(app: AppTest, territory: Territory) -> None:
    opened(app, region="ITF5")
    assert "press Propose sites" in texts(app)
    app.number_input(key="sites-limit").set_value(30)
    app.selectbox(key="sites-demand").set_value("people_65_plus")
    app.selectbox(key="sites-solver").set_value("exact")
    next(button for button in app.button if button.label == "Propose sites").click().run()
    assert not app.exception and not app.error
    assert dict(app.query_params) == {"region": "ITF5", "sites": "hospital,mclp,30,3,people_65_plus,exact"}
    asked = Question(
        "hospital", region="ITF5", limit=30.0, sites=3, demand="people_65_plus", solver="exact", alternatives=0
    )
    expected = sites.answer(territory, asked)
    before, after = expected.covered
    assert [metric.value for metric in app.metric[:3]] == ["3", f"{before:,.0f}", f"{after:,.0f}"]
    shown = app.dataframe[0].value
    proposed = expected.sites[expected.sites["status"] == "proposed"]
    assert shown["name"].tolist() == proposed["name"].tolist()
    assert shown["gained"].tolist() == pytest.approx(proposed["gained"].tolist())
    assert plain("Proven optimal: no choice is better") in texts(app)
    assert plain("Estimate: over neighbouring places") in texts(app)
    assert "same at all its places" in texts(app), "how ages are shared out to places"
    (chart,) = app.get("vega_lite_chart")
    assert chart.proto.alt.startswith("Within the limit, %. 0: ")
    assert "python -m pipelines site italy" in app.code[0].value


def test_the_proposed_sites_are_taken_into_a_scenario(app: AppTest, territory: Territory) -> None:
    opened(app, region="ITF5", sites="hospital,mclp,45,2,population,exchange")
    names = app.dataframe[0].value["name"].tolist()
    app.button(key="sites-scenario").click().run()
    assert not app.exception and not app.error
    assert app.text_input(key="scenario-title").value.startswith("2 new sites: ")
    told = texts(app)
    for number, name in enumerate(names, start=1):
        assert f"{number}. {plain(f'Add a service: New site in {name}')}" in told
    asked = Question("hospital", region="ITF5", sites=2, alternatives=0)
    before, after = sites.answer(territory, asked).covered
    beyond = (
        app.dataframe[-1].value.set_index("what").loc["People beyond 45 minutes: hospital with emergency department"]
    )
    now, then = (int(value.replace(",", "")) for value in beyond)
    # Sites count the people of the region alone; some beyond its border gain too.
    assert now - then >= round(after - before) > 0


def test_nonsense_in_the_address_is_a_notice(app: AppTest) -> None:
    app.query_params["sites"] = "hospital,mclp,0,3,people,<b>"
    app.run()
    assert "which cannot be asked here" in app.warning[0].value and "<b>" not in app.warning[0].value
    app.switch_page("views/sites.py").run()
    assert not app.exception and "press Propose sites" in texts(app)
