"""Shared borders, and the archives data come in."""

import io
import tarfile
import zipfile

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geodata import archives
from geodata.errors import InputError
from pipelines.sources.formats import coverage


def polygons(*parts):
    return np.array(parts, dtype=object)


@pytest.mark.parametrize(
    "east",
    [
        pytest.param(shapely.box(0.9, 0, 2, 1), id="overlap"),
        pytest.param(shapely.Polygon([(1, 0), (2, 0), (2, 1), (1, 1), (1, 0.5)]), id="vertex the neighbour lacks"),
    ],
)
def test_mending_makes_neighbours_fit_and_keeps_the_first(east):
    # West is the unit square, east begins before or at its eastern side, far touches neither.
    west, far = shapely.box(0, 0, 1, 1), shapely.box(5, 0, 6, 1)
    before = polygons(west, east, far)
    assert coverage.faults(before) == 2
    after = coverage.mend(before)
    assert coverage.faults(after) == 0
    assert after[0].equals(west) and after[2] is far
    assert after[1].equals(shapely.box(1, 0, 2, 1))


def test_mending_leaves_a_hole_empty():
    # A ring of land round a lagoon, and a neighbour that overlaps the ring: the lagoon stays outside both.
    ring = shapely.box(0, 0, 3, 3) - shapely.box(1, 1, 2, 2)
    after = coverage.mend(polygons(ring, shapely.box(2.9, 0, 4, 3)))
    assert after[0].equals(ring)
    assert shapely.area(after).sum() == pytest.approx(8 + 3)


def test_simplified_neighbours_still_share_their_border_and_keep_islands():
    # A wavy border between two squares, and a small island that belongs to the western one.
    wave = [(1 + 0.01 * (i % 2), i / 20) for i in range(21)]
    island = shapely.box(-1, 0, -0.99, 0.01)
    west = shapely.MultiPolygon([shapely.Polygon([(0, 0), *wave, (0, 1)]), island])
    east = shapely.Polygon([(2, 0), *wave, (2, 1)])
    areas = gpd.GeoDataFrame({"area_id": ["1", "2"]}, geometry=[west, east], crs="EPSG:4326")
    simple = coverage.simplify(areas, tolerance=0.05, grid=1e-5).geometry
    assert coverage.faults(simple.to_numpy()) == 0
    assert shapely.get_num_coordinates(simple.iloc[1]) < shapely.get_num_coordinates(east) / 2
    assert len(simple.iloc[0].geoms) == 2
    assert shapely.area(simple.to_numpy()).sum() == pytest.approx(2, abs=1e-4)  # the island may become a triangle


@pytest.fixture
def wheel(tmp_path):
    path = tmp_path / "data-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data/table.csv", "a\n")
    return path


def test_members_are_read_from_wheels_and_tarballs(wheel, tmp_path):
    tarball = tmp_path / "data.tgz"
    with tarfile.open(tarball, "w:gz") as archive:
        entry = tarfile.TarInfo("package/table.csv")
        entry.size = 2
        archive.addfile(entry, io.BytesIO(b"b\n"))
    assert archives.member(wheel, "data/table.csv") == b"a\n"
    assert archives.member(tarball, "package/table.csv") == b"b\n"
    for path in (wheel, tarball):
        with pytest.raises(InputError, match=r"no readable member other\.csv"):
            archives.member(path, "other.csv")


def test_truncated_archive_is_refused(wheel):
    wheel.write_bytes(wheel.read_bytes()[:40])
    with pytest.raises(InputError, match="no readable member"):
        archives.member(wheel, "data/table.csv")


@pytest.mark.parametrize("name", ["../outside.py", "/outside.py", "a/../../outside.py"])
def test_archive_that_reaches_outside_its_folder_is_not_unpacked(tmp_path, name):
    path = tmp_path / "bad.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("good.py", "")
        archive.writestr(name, "")
    with pytest.raises(InputError, match="unsafe path"):
        archives.unpack(path, tmp_path / "in")
    assert not (tmp_path / "in").exists()
