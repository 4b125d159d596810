"""The API, read over the loopback address: by plain requests; e2e reads it by GDAL, as QGIS does."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import requests

from geodata.store import Territory
from tests.dashboard.api_server import serving


@pytest.fixture(scope="module")
def address(built_root: Path) -> Iterator[str]:
    """The API on Italy, at a port of its own."""
    with serving(built_root) as found:
        yield found


def items(address: str, collection: str, **parameters: object) -> requests.Response:
    return requests.get(f"{address}/collections/{collection}/items", params=parameters, timeout=60)


def test_every_collection_of_the_territory_is_listed_with_its_licences(address: str, territory: Territory):
    listed = requests.get(f"{address}/collections", timeout=60).json()["collections"]
    assert {each["id"] for each in listed} == {
        f"italy-{layer}" for layer in ("areas", "shortlist", "regions", "services", "projects")
    }
    for each in listed:
        layer = each["id"].removeprefix("italy-")
        sources = [
            source
            for source in territory.manifest["sources"]
            if layer in ("areas", "shortlist") or source["id"] in territory.manifest["layers"][layer]
        ]
        assert {link["title"] for link in each["links"] if link["rel"] == "license"} == {
            source["licence"] for source in sources
        }
        assert all(source["attribution"] in each["description"] for source in sources)


def test_missing_numbers_are_null_and_never_nought(address: str, italy: pd.DataFrame):
    unknown = italy.index[italy["population"].isna()][0]
    feature = requests.get(f"{address}/collections/italy-areas/items/{unknown}", timeout=60).json()
    assert feature["id"] == unknown
    assert feature["properties"]["population"] is None
    assert feature["properties"]["gap"] is None


def test_box_filter_sort_and_paging_give_what_the_table_has(address: str, italy: pd.DataFrame):
    basilicata = italy[italy["nuts2"] == "ITF5"].sort_values("gap", ascending=False)
    first = items(address, "italy-areas", nuts2="ITF5", sortby="-gap", limit=5, properties="name,gap").json()
    second = items(address, "italy-areas", nuts2="ITF5", sortby="-gap", limit=5, offset=5).json()
    assert first["numberMatched"] == len(basilicata)
    assert [each["id"] for each in first["features"] + second["features"]] == basilicata.index[:10].tolist()
    assert set(first["features"][0]["properties"]) == {"name", "gap"}

    high = items(address, "italy-areas", filter="gap > 30 AND nuts2 = 'ITF5'", resulttype="hits").json()
    assert high["numberMatched"] == int((basilicata["gap"] > 30).sum()) > 0
    inside = items(address, "italy-areas", bbox="16,40.2,16.2,40.4", limit=500).json()
    assert 0 < inside["numberMatched"] < 60
    assert {"077027"} <= {
        each["id"] for each in items(address, "italy-areas", bbox="16.22,40.41,16.24,40.43").json()["features"]
    }


def test_the_shortlist_says_tier_and_reason(address: str):
    features = items(address, "italy-shortlist", limit=3).json()["features"]
    assert [each["properties"]["order"] for each in features] == [1, 2, 3]
    assert all(each["properties"]["tier"] == "firm" for each in features)
    assert all(len(each["properties"]["reason"]) > 40 for each in features)


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({"gap": "many"}, 400, "gap is a number, but 'many' was given"),
        ({"filter": "name > 3"}, 400, "The filter cannot be applied here"),
        ({"limit": "none"}, 400, "limit value should be an integer"),
        ({"f": "xml"}, 400, "Invalid format"),
        ({"crs": "http://www.opengis.net/def/crs/EPSG/0/3035"}, 400, "not supported"),
        ({"sortby": "beauty"}, 400, "bad sort property"),
    ],
)
def test_a_wrong_question_is_answered_in_one_sentence(address: str, asked: dict[str, str], status: int, said: str):
    answer = items(address, "italy-areas", **asked)
    assert answer.status_code == status
    assert said in answer.json()["description"]


def test_what_is_not_there_is_not_found_and_nothing_can_be_written(address: str):
    assert items(address, "atlantis-areas").status_code == 404
    assert requests.get(f"{address}/collections/italy-areas/items/0", timeout=60).status_code == 404
    for method in ("post", "put", "delete"):
        answer = getattr(requests, method)(f"{address}/collections/italy-areas/items", json={}, timeout=60)
        assert answer.status_code == 405


def test_a_browser_gets_json_as_there_are_no_pages(address: str):
    answer = requests.get(address + "/", headers={"Accept": "text/html"}, timeout=60)
    assert answer.headers["Content-Type"].startswith("application/json")
    claimed = requests.get(f"{address}/conformance", params={"f": "html"}, timeout=60).json()["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in claimed
    assert not [each for each in claimed if each.endswith("/html")]
