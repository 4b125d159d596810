"""Shared by all tests: Italy built once from the bundled snapshot, as `python -m pipelines build italy` does it."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from geodata import recipes, store
from geodata.store import Territory
from pipelines.areas.table import areas_table
from pipelines.build.run import build, is_stale
from tests.opendata import skip_without

# A busy machine is no failure: what is fast enough is measured in benchmarks.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs published files where they are not."""
    skip_without(item)


@pytest.fixture(autouse=True, scope="session")
def no_downloads(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what a developer has fetched out of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RURAL_MAP_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def built_root(pytestconfig: pytest.Config) -> Path:
    """Folder of built territories that holds Italy, built when the code or a source has changed; do not write to it."""
    root, recipe = pytestconfig.cache.mkdir("territories"), recipes.load("italy")
    with FileLock(root.with_suffix(".lock")):
        if is_stale(recipe, root=root):
            build(recipe, root=root)
    return root


@pytest.fixture(scope="session")
def territory(built_root: Path) -> Territory:
    """Italy, built."""
    return store.open_territory("italy", root=built_root)


@pytest.fixture(scope="session")
def italy(territory: Territory) -> pd.DataFrame:
    """Every area of Italy with its regions and indicators, as lists and screens read them."""
    return areas_table(territory)


@pytest.fixture
def data_root(built_root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the built Italy the data of the product, as the environment variable does."""
    monkeypatch.setenv(store.ENVIRONMENT, str(built_root))
    return built_root
