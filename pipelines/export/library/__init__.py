"""The library face: territory, ranking and answers as objects that a notebook shows and a file keeps."""

from pipelines.export.library.answers import Matches, Reason, ScenarioAnswer, ShortlistAnswer, SitesAnswer
from pipelines.export.library.ranking import Ranking, load_weighting
from pipelines.export.library.territories import Territory, territory

__all__ = [
    "Matches",
    "Ranking",
    "Reason",
    "ScenarioAnswer",
    "ShortlistAnswer",
    "SitesAnswer",
    "Territory",
    "load_weighting",
    "territory",
]
