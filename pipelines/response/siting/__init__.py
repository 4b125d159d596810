"""The next site: a planner's question about a built territory, and its answer by place, area and site."""

from pipelines.response.siting.answer import Answer, answer
from pipelines.response.siting.candidates import Listed, from_file
from pipelines.response.siting.question import DEMANDS, PLACES, Question, codes_of, command_of, minimum_of, shortest

__all__ = [
    "DEMANDS",
    "PLACES",
    "Answer",
    "Listed",
    "Question",
    "answer",
    "codes_of",
    "command_of",
    "from_file",
    "minimum_of",
    "shortest",
]
