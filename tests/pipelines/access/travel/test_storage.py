"""The travel model made again from a built territory."""

import json
from pathlib import Path

import numpy as np
import pytest

from geodata import store
from geodata.errors import InputError
from geodata.schema import by_id
from geodata.store import Territory
from pipelines.access.travel import storage as travelmodel


def test_the_model_of_italy_gives_the_minutes_of_the_build_to_the_last_bit(territory: Territory):
    """Roads and the user's own table: see the tests of Liechtenstein."""
    places, services = by_id(territory.layer("places"), "place_id"), territory.layer("services")
    hospitals = by_id(services[services["category"] == "hospital"], "service_id")
    found = travelmodel.of(territory).nearest(places.geometry, hospitals.geometry).minutes[:, 0]
    written = territory.layer("place_minutes").set_index(["category", "place_id"])["nearest"]
    assert found.tolist() == written.loc["hospital"].reindex(places.index).fillna(np.inf).tolist()


@pytest.mark.parametrize(
    ("parameters", "said"),
    [({}, "was built before travel models were kept; build land again"), ({"travel": {}}, "has no travel model")],
)
def test_a_territory_without_a_model_says_so(tmp_path: Path, parameters: dict[str, object], said: str):
    manifest = {"territory": "land", "title": "Land", "outputs": {}, "parameters": parameters}
    (tmp_path / store.MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(InputError, match=said):
        travelmodel.of(Territory(tmp_path))
