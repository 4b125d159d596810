"""Published files for tests, in a folder beside the repository; they are not part of it."""

from pathlib import Path

import pytest

OPENDATA = Path(__file__).parents[2] / "shared" / "opendata"


def skip_without(item: pytest.Item) -> None:
    """Skip a test marked `opendata(path, ...)` where one of the files or folders of these paths is missing."""
    marker = item.get_closest_marker("opendata")
    for path in () if marker is None else marker.args or ("",):
        if not (OPENDATA / path).exists():
            pytest.skip(f"needs {(Path('../shared/opendata') / path).as_posix()} beside the repository")
