"""Which indicators tell of the need for each theme of projects, and what evidence counts: `geodata/matching.yaml`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geodata
from geodata.configfile import CheckedFile, Keys
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


def load(path: Path = FILE) -> Crosswalk:
    """Read and check the file.

    Raises
    ------
    InputError
        A key or value is wrong; the message names file, line and key.
    """
    file = CheckedFile(path)
    content = file.mapping((), file.content, known=("themes", "evidence"))
    for key in ("themes", "evidence"):
        if key not in content:
            file.fail((key,), "is missing; add it")
    known = list(dictionary())
    listed = _complete(file, ("themes",), content["themes"], THEMES)
    signs: dict[str, tuple[Sign, ...]] = {}
    lacking: dict[str, str] = {}
    for theme in THEMES:
        keys: Keys = ("themes", theme)
        entry = file.mapping(keys, listed[theme], known=("indicators", "lacking"))
        lacking[theme] = _text(file, (*keys, "lacking"), entry.get("lacking"))
        named = file.mapping((*keys, "indicators"), entry["indicators"], known=known) if "indicators" in entry else {}
        signs[theme] = tuple(_sign(file, (*keys, "indicators", name), name, given) for name, given in named.items())
    states = {"kind": PROJECT_KINDS, "status": STATUS, "confidence": (*SEEN, OTHER), "precision": PRECISIONS}
    evidence = _complete(file, ("evidence",), content["evidence"], tuple(states))
    return Crosswalk(
        signs=signs,
        lacking=lacking,
        evidence={
            what: {
                state: _part(file, ("evidence", what, state), given)
                for state, given in _complete(file, ("evidence", what), evidence[what], names).items()
            }
            for what, names in states.items()
        },
        path=path,
        sha256=digest(path.read_bytes()),
    )


def _complete(file: CheckedFile, keys: Keys, value: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """Return a mapping that has all of these keys and no other."""
    found = file.mapping(keys, value, known=names)
    if absent := [name for name in names if name not in found]:
        file.fail(keys, f"lacks {absent[0]!r}; add it")
    return found


def _sign(file: CheckedFile, keys: Keys, name: str, given: Any) -> Sign:
    entry = file.mapping(keys, given, known=("need", "why"))
    direction = file.one_of((*keys, "need"), entry.get("need"), DIRECTIONS)
    return Sign(name, DIRECTIONS[direction], _text(file, (*keys, "why"), entry.get("why")))


def _part(file: CheckedFile, keys: Keys, given: Any) -> float:
    entry = file.mapping(keys, given, known=("part", "why"))
    _text(file, (*keys, "why"), entry.get("why"))
    return file.number((*keys, "part"), entry.get("part"), low=0, high=1)


def _text(file: CheckedFile, keys: Keys, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        file.fail(keys, "expected a few words that say it")
    return str(value)
