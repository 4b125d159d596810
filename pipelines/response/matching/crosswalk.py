"""Which indicators tell of the need for each theme of projects, and what evidence counts: `geodata/matching.yaml`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

import geodata
from geodata import configfile
from geodata.configfile import Section, Share, complete, one_of, problem
from geodata.files import digest
from geodata.schema import PRECISIONS, PROJECT_KINDS
from pipelines.priority.composite import dictionary

FILE = Path(geodata.__file__).parent / "matching.yaml"
THEMES = (
    *("health & care", "mobility", "education & childcare", "local services & retail", "employment & skills"),
    *("culture & community", "digital inclusion", "housing", "food & farming", "energy & environment"),
    "capacity building",
)
DIRECTIONS = {"high": 1, "low": -1}
STATUS = ("running", "no end known", "ended")
SEEN = ("seen in source", "seen in source; place from general knowledge")
OTHER = "other"


@dataclass(frozen=True)
class Sign:
    """An indicator that tells of a theme.

    Attributes
    ----------
    indicator
        Id in the indicator dictionary.
    direction
        1: need is high where the value is; -1: where it is low.
    why
        Why it tells of the theme, in a sentence.
    """

    indicator: str
    direction: int
    why: str


@dataclass(frozen=True)
class Crosswalk:
    """The whole file.

    Attributes
    ----------
    signs
        By theme; an empty tuple where no indicator tells of it.
    lacking
        By theme, what would tell of it and is not in the data.
    evidence
        Part of a full score, 0 to 1, by what is known (`kind`, `status`, `confidence`, `precision`) and its state.
    path, sha256
        The file that it was read from.
    """

    signs: dict[str, tuple[Sign, ...]]
    lacking: dict[str, str]
    evidence: dict[str, dict[str, float]]
    path: Path
    sha256: str


def _few_words(value: Any) -> Any:
    if not isinstance(value, str) or not value.strip():
        raise problem("expected a few words that say it")
    return value


def _of_the_dictionary(value: Any) -> Any:
    return configfile.known_keys(value, dictionary())


Words = Annotated[str, BeforeValidator(_few_words)]


class _Indicator(Section):
    need: Annotated[Literal["high", "low"], one_of(DIRECTIONS)]
    why: Words


class _Theme(Section):
    indicators: Annotated[dict[str, _Indicator], BeforeValidator(_of_the_dictionary)] = Field(default_factory=dict)
    lacking: Words


class _Part(Section):
    part: Share
    why: Words


class _Evidence(Section):
    kind: Annotated[dict[str, _Part], complete(PROJECT_KINDS)]
    status: Annotated[dict[str, _Part], complete(STATUS)]
    confidence: Annotated[dict[str, _Part], complete((*SEEN, OTHER))]
    precision: Annotated[dict[str, _Part], complete(PRECISIONS)]


class _File(Section):
    themes: Annotated[dict[str, _Theme], complete(THEMES)]
    evidence: _Evidence


def load(path: Path = FILE) -> Crosswalk:
    """Read and check the file.

    Raises
    ------
    InputError
        A key or value is wrong; the message names file, line and key.
    """
    file = configfile.load(_File, path)
    return Crosswalk(
        signs={
            theme: tuple(
                Sign(name, DIRECTIONS[each.need], each.why) for name, each in file.themes[theme].indicators.items()
            )
            for theme in THEMES
        },
        lacking={theme: file.themes[theme].lacking for theme in THEMES},
        evidence={
            what: {state: each.part for state, each in states.items()} for what, states in dict(file.evidence).items()
        },
        path=path,
        sha256=digest(path.read_bytes()),
    )
