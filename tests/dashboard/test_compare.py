"""The page that compares two lists, and the peers on the page of an area, without a browser."""

import pandas as pd
from streamlit.testing.v1 import AppTest

from geodata.store import Territory
from pipelines.areas import ranking, shortlist
from pipelines.export import package
from pipelines.priority import configuration
from pipelines.priority.peers import peers
from pipelines.priority.ranking import order
from tests.dashboard.running import opened


def numbers(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def first_by_gap(territory: Territory, weighting: str, count: int) -> list[str]:
    return order(ranking.ask(territory, weighting=configuration.load(weighting)).scores.frame)[:count]


def test_the_list_of_the_map_is_compared_with_another_weighting(app: AppTest, territory: Territory) -> None:
    opened(app, "compare", k="50", compare="current,ageing")
    first, second = (set(first_by_gap(territory, name, 50)) for name in (territory.manifest["index"], "ageing"))
    assert numbers(app)["On both"] == str(len(first & second))
    assert numbers(app)["Only on the first"] == str(len(first - second))
    assert numbers(app)["Areas shared"] == f"{len(first & second) / len(first | second):.0%}"
    assert set(app.dataframe[0].value["area_id"]) == first & second
    assert "The second list" in [box.label for box in app.selectbox]


def test_two_equal_lists(app: AppTest) -> None:
    opened(app, "compare", k="20", compare="ageing,ageing")
    assert numbers(app)["Areas shared"] == numbers(app)["People shared"] == "100%"
    assert numbers(app)["Same order"] == "1.00"
    assert [text.value for text in app.markdown].count("No area.") == 2


def test_the_choice_is_in_the_address(app: AppTest) -> None:
    opened(app, "compare", k="20")
    app.selectbox(key="compare-second").set_value("health").run()
    assert app.query_params["compare"] == "current,health"
    assert not app.exception


def test_the_shortlist_is_compared_while_there_is_one(app: AppTest, territory: Territory) -> None:
    chosen = first_by_gap(territory, territory.manifest["index"], 3)
    opened(app, "compare", k="20", list=",".join(reversed(chosen)), compare="current,shortlist")
    assert numbers(app)["On both"] == "3"
    assert numbers(app)["Same order"] == "-1.00"
    opened(app, "compare", k="20", list="", compare="current,shortlist")
    assert not app.error


def test_an_official_list_without_its_leading_zeros(app: AppTest, territory: Territory) -> None:
    chosen = first_by_gap(territory, territory.manifest["index"], 4)
    opened(app, "compare", k="20", compare="current,file")
    assert "Give the file" in app.info[0].value
    content = "code\n" + "\n".join(code.lstrip("0") for code in chosen)
    app.file_uploader(key="compare-file-second").set_value(("official.csv", content.encode(), "text/csv")).run()
    assert not app.exception and not app.error
    assert numbers(app)["On both"] == "4"
    assert numbers(app)["People shared"] != "not known"
    assert numbers(app)["Same order"] == "not known"
    assert "does not say what each indicator adds" in app.info[0].value


def test_a_package_of_the_product(app: AppTest, territory: Territory) -> None:
    asked = ranking.ask(territory, weighting=configuration.load("ageing"), draws=2)
    chosen = first_by_gap(territory, "ageing", 20)
    content = package(shortlist.make(territory, chosen, view=ranking.View(), asked=asked))
    opened(app, "compare", k="20", compare="ageing,file")
    app.file_uploader(key="compare-file-second").set_value(("shortlist.zip", content, "application/zip")).run()
    assert not app.exception and not app.error
    assert numbers(app)["Areas shared"] == "100%"


def test_a_file_that_cannot_be_used_is_said(app: AppTest) -> None:
    opened(app, "compare", k="20", compare="current,file")
    app.file_uploader(key="compare-file-second").set_value(("official.csv", b"code\nA1\nA1\n", "text/csv")).run()
    assert not app.exception
    assert "is in official.csv twice" in app.error[0].value.replace("\\", "")
    app.file_uploader(key="compare-file-second").set_value(("<b>.csv", b"code\nZ1\n", "text/csv")).run()
    assert "have no area in common" in app.error[0].value
    assert "<b>" not in app.error[0].value


def area_page(app: AppTest, area_id: str) -> AppTest:
    app.query_params["area"] = area_id
    app.run()
    app.switch_page("views/area.py").run()
    assert not app.exception
    return app


def shown_peers(app: AppTest) -> pd.DataFrame:
    return next(each.value.set_index("fact") for each in app.dataframe if "fact" in each.value)


def test_peers_are_on_the_page_of_an_area(app: AppTest, italy: pd.DataFrame) -> None:
    found = peers(italy, "076026", k=6)
    area_page(app, "076026")
    table, parts = (each.value.set_index("fact") for each in app.dataframe if "fact" in each.value)
    assert table.columns.tolist() == ["076026", *found.distances.index]
    assert table.loc["Distance"].tolist() == ["", *(f"{distance:.0f}" for distance in found.distances)]
    assert table.loc["Population", "076026"] == f"{italy.at['076026', 'population']:,.0f} people"
    assert parts.loc["Distance"].tolist() == [f"{distance:.1f}" for distance in found.distances]
    assert len(parts) == found.parts.shape[1] + 1


def test_a_peer_can_be_looked_at(app: AppTest, italy: pd.DataFrame) -> None:
    peer = peers(italy, "076026").distances.index[0]
    area_page(app, "076026").selectbox(key="peer-of-076026").set_value(peer).run()
    assert not app.exception
    assert app.query_params["area"] == peer
    assert shown_peers(app).columns[0] == peer


def test_an_area_without_people_has_no_peers(app: AppTest, italy: pd.DataFrame) -> None:
    """Size, age and density are not known: less than half of the context."""
    area_page(app, italy.index[italy["population"].isna()][0])
    assert any("Too little is known of this area to find areas like it" in info.value for info in app.info)
