"""Shared by the tests of pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest

from tests.dashboard.running import fresh


@pytest.fixture(autouse=True)
def static_files() -> Iterator[None]:
    """Files served by the app, as its `config.toml` has it, which a session without a server ignores."""
    before = config.get_option("server.enableStaticServing")
    config.set_option("server.enableStaticServing", True)
    yield
    config.set_option("server.enableStaticServing", before)


@pytest.fixture
def app(data_root: Path) -> AppTest:  # noqa: ARG001 - points the app at the territory built for the tests
    """A session on the built Italy."""
    return fresh()
