"""Shared by the tests of pages."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboard.running import fresh


@pytest.fixture
def app(data_root: Path) -> AppTest:  # noqa: ARG001 - points the app at the territory built for the tests
    """A session on the built Italy."""
    return fresh()
