"""From open data to a built territory, and from indicators to decisions. Knows no screen.

As a library:

>>> import pipelines as rural
>>> italy = rural.territory("italy")
>>> ranking = italy.rank("health", draws=50)
>>> areas = ranking.areas(region="ITF5", top=20)
>>> areas.crs.to_string(), areas.index.name, len(areas)
('EPSG:4326', 'area_id', 20)

A name is imported when it is first used, so that `import pipelines` takes no time.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geodata.errors import InputError
    from pipelines.export.library import Ranking, Territory, load_weighting, territory

__all__ = ["InputError", "Ranking", "Territory", "load_weighting", "territory"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("geodata.errors" if name == "InputError" else "pipelines.export.library"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
