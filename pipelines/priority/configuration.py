"""What an index is made of: a readable file in `geodata/indices`, or one of the planner's own.

A file has a title, the two indices (dimension -> indicator -> sign and options), the steps and what is uncertain about
them. Every key but `title` and `need` may be left out. `docs/composite-index.md` explains each.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import yaml

import geodata
from geodata.configfile import CheckedFile, Keys
from geodata.errors import InputError
from geodata.i18n import say
from geodata.indicators import coverage_unknown
from geodata.names import suggest
from pipelines.priority.aggregate import GAPS, POWERS
from pipelines.priority.normalise import METHODS

FOLDER = Path(geodata.__file__).parent / "indices"
RULES = {
    "impute": ("none", "neighbours", "region", "territory"),
    "outliers": ("none", "treat"),
    "normalise": tuple(METHODS),
    "weights": ("given", "pca"),
    "gap": GAPS,
}
Key = tuple[str, str, str]
GOALPOSTS = {"low", "high", "reason"}
UNKNOWN_COVERAGE = (
    "{indicator} counts a list of examples, of which nobody knows what it lacks; show it beside the index, not in it"
)


@dataclass(frozen=True)
class Term:
    """An indicator in a dimension.

    Attributes
    ----------
    sign
        1: a higher value raises the index; -1: it lowers it.
    normalise
        How it is brought to 0-100; None: by its goalposts, or where it has none as the steps say.
    low, high
        Its goalposts, in its unit: the index runs from 0 at one of them to 100 at the other, and is cut off beyond.
    reason
        Why these goalposts.
    per
        Indicator that it is divided by.
    shrink
        Indicator that counts those of whom it is a share, by which chance in small places is told, see `shrinkage.py`.
    """

    indicator: str
    sign: int
    weight: float = 1.0
    normalise: str | None = None
    low: float | None = None
    high: float | None = None
    reason: str = ""
    per: str | None = None
    shrink: str | None = None

    @property
    def goalposts(self) -> tuple[float, float] | None:
        """Low and high, where they are used."""
        if self.low is None or self.high is None or self.normalise is not None:
            return None
        return self.low, self.high

    @property
    def needs(self) -> set[str]:
        """Indicators without which it cannot be computed."""
        return {name for name in (self.indicator, self.per, self.shrink) if name is not None}


@dataclass(frozen=True)
class Dimension:
    """A group of indicators that together count as one."""

    name: str
    terms: tuple[Term, ...]
    weight: float = 1.0


@dataclass(frozen=True)
class Steps:
    """How indicators become an index.

    Attributes
    ----------
    availability
        Share of an index's weights, above 0 and up to 1, that an area must have data for; with less it is not scorable.
    impute
        What stands in for a missing value: `none` (the weights of the others are scaled up), the mean of the
        `neighbours`, or the median of the `region` or of the `territory`.
    outliers
        `none`, or `treat` as in `outliers.py`.
    normalise
        A name of `normalise.METHODS`.
    weights
        `given` in the file (1 where not given), or `pca` inside each dimension.
    within, across
        Power of the mean over the indicators of a dimension, and over the dimensions of an index.
    gap
        How need and what resources leave open, 100 - resources, are put together: `geometric` or `arithmetic`.
    """

    availability: float = 1.0
    impute: str = "none"
    outliers: str = "none"
    normalise: str = "percentile"
    weights: str = "given"
    within: float = 1.0
    across: float = 1.0
    gap: str = "geometric"


@dataclass(frozen=True)
class Noise:
    """Standard deviation of an indicator's error: in its unit, or as a share of its value."""

    indicator: str
    absolute: float = 0.0
    relative: float = 0.0


# Of estimated minutes: about 3 where the way takes 25, more on long ways (docs/travel-terrain.md).
MINUTES_ERROR = (2.5, 0.15)


@dataclass(frozen=True)
class Uncertainty:
    """What a replicate may choose in the place of the steps, and what its data may have wrong.

    Attributes
    ----------
    spread
        Every weight is drawn uniformly within this share of itself: 0.25 is +-25 %.
    concentration
        When given, weights come from a Dirichlet distribution around the given ones instead: the higher, the closer.
    goalposts
        Every goalpost is drawn uniformly within this share of itself.
    leave_out
        Whether one indicator is left out: as often none, as often each that may be.
    normalise, outliers, impute, across, gap
        Alternatives, as in `Steps`, equally likely; none: as in the steps.
    minutes
        Error of every indicator in minutes that `noise` does not name.
    small_numbers
        Whether shares that are shrunk have the error of their small numbers.
    missing_services
        Whether services that lists lack are drawn, where a territory says how many those are.
    noise
        Errors of other indicators, drawn from a normal distribution for each area by itself.
    """

    spread: float = 0.25
    concentration: float | None = None
    goalposts: float = 0.25
    leave_out: bool = True
    normalise: tuple[str, ...] = ()
    outliers: tuple[str, ...] = ()
    impute: tuple[str, ...] = ()
    across: tuple[float, ...] = ()
    gap: tuple[str, ...] = GAPS
    minutes: Noise = Noise("minutes", *MINUTES_ERROR)
    small_numbers: bool = True
    missing_services: bool = True
    noise: tuple[Noise, ...] = ()

    def errors_alone(self) -> "Uncertainty":
        """The errors of the data, with no choice left open."""
        return Uncertainty(
            spread=0.0,
            goalposts=0.0,
            leave_out=False,
            gap=(),
            minutes=self.minutes,
            small_numbers=self.small_numbers,
            missing_services=self.missing_services,
            noise=self.noise,
        )


@dataclass(frozen=True)
class Configuration:
    """How need and resources are made from indicators. Without resources, gap is need."""

    name: str
    title: str
    need: tuple[Dimension, ...]
    resources: tuple[Dimension, ...] = ()
    steps: Steps = Steps()
    uncertainty: Uncertainty = Uncertainty()

    @property
    def indices(self) -> dict[str, tuple[Dimension, ...]]:
        """Dimensions of each index that has any."""
        return {"need": self.need} | ({"resources": self.resources} if self.resources else {})

    def terms(self) -> Iterator[tuple[Key, Dimension, Term]]:
        """Every indicator with its key (index, dimension, indicator), in the order of the file."""
        for index, dimensions in self.indices.items():
            for dimension in dimensions:
                for term in dimension.terms:
                    yield (index, dimension.name, term.indicator), dimension, term

    def imputes(self, method: str) -> bool:
        """Whether the index, or a replicate of it, may impute by a method."""
        return method in (self.steps.impute, *self.uncertainty.impute)

    def open(self, step: str) -> tuple[Any, ...]:
        """Alternatives of a step that a replicate chooses from; that of the steps where the file leaves none open."""
        return getattr(self.uncertainty, step) or (getattr(self.steps, step),)

    def weighted(self, weights: Mapping[tuple[str, str], float]) -> "Configuration":
        """Give dimensions other weights, by (index, dimension); the others keep theirs.

        Raises
        ------
        InputError
            A dimension is unknown, a weight is negative, or all weights of an index are 0.
        """
        known = {(index, each.name) for index, dimensions in self.indices.items() for each in dimensions}
        for key, weight in weights.items():
            if key not in known:
                raise InputError(
                    say(
                        "There is no dimension {dimension} in {index}; {hint}.",
                        dimension=repr(key[1]),
                        index=key[0],
                        hint=suggest(key[1], (b for _, b in known)),
                    )
                )
            if not 0 <= weight < float("inf"):
                raise InputError(
                    say(
                        "The weight of {dimension} is {weight}, expected a number of 0 or more.",
                        dimension=key[1],
                        weight=f"{weight:g}",
                    )
                )
        changed = {
            index: tuple(
                replace(each, weight=float(weights.get((index, each.name), each.weight))) for each in dimensions
            )
            for index, dimensions in self.indices.items()
        }
        for index, dimensions in changed.items():
            if sum(each.weight for each in dimensions) == 0:
                raise InputError(
                    say("All weights of {index} are 0; give at least one dimension a weight above 0.", index=index)
                )
        return replace(self, need=changed["need"], resources=changed.get("resources", ()))

    def without(self, key: Key) -> "Configuration | None":
        """Leave out one indicator, and its dimension when it was alone in it; None when need would be empty."""
        changed: dict[str, tuple[Dimension, ...]] = {"need": self.need, "resources": self.resources}
        rest = (
            replace(part, terms=tuple(term for term in part.terms if (key[0], part.name, term.indicator) != key))
            for part in changed[key[0]]
        )
        changed[key[0]] = tuple(part for part in rest if sum(term.weight for term in part.terms) > 0)
        if sum(part.weight for part in changed["need"]) == 0:
            return None
        if sum(part.weight for part in changed["resources"]) == 0:
            changed["resources"] = ()
        return replace(self, need=changed["need"], resources=changed["resources"])


def names() -> tuple[str, ...]:
    """Names of the configurations that come with the product."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def load(name_or_path: str) -> Configuration:
    """Read a configuration by its name, or from a path that ends with .yaml.

    Raises
    ------
    InputError
        There is no such configuration, or the file breaks a rule; file, line and key are named.
    """
    if not name_or_path.endswith(".yaml"):
        if name_or_path not in names():
            raise InputError(f"There is no index configuration {name_or_path!r}; {suggest(name_or_path, names())}.")
        name_or_path = str(FOLDER / f"{name_or_path}.yaml")
    return _configuration(CheckedFile(Path(name_or_path)))


def dump(configuration: Configuration) -> str:
    """Write a configuration as `load` reads it, what is as by default left out."""
    content: dict[str, Any] = {"title": str(configuration.title)}
    for index, dimensions in configuration.indices.items():
        content[index] = {
            part.name: _changed(part, Dimension(part.name, part.terms))
            | {term.indicator: _changed(term, Term(term.indicator, 0)) for term in part.terms}
            for part in dimensions
        }
    content["steps"] = _changed(configuration.steps, Steps())
    content["uncertainty"] = _changed(configuration.uncertainty, Uncertainty())
    if "minutes" in content["uncertainty"]:
        content["uncertainty"]["minutes"] = _changed(configuration.uncertainty.minutes, Noise("minutes"))
    noises = configuration.uncertainty.noise
    if noises:
        content["uncertainty"]["noise"] = {each.indicator: _changed(each, Noise(each.indicator)) for each in noises}
    kept = {key: value for key, value in content.items() if value}
    return yaml.safe_dump(kept, sort_keys=False, allow_unicode=True, default_flow_style=None)


def _changed(given: Any, default: Any) -> dict[str, Any]:
    """Fields of a dataclass that differ from those of another, as a file holds them."""
    pairs = {field.name: (getattr(given, field.name), getattr(default, field.name)) for field in fields(given)}
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, (value, usual) in pairs.items()
        if value != usual
    }


def _configuration(file: CheckedFile) -> Configuration:
    content = file.mapping((), file.content, known=("title", "need", "resources", "steps", "uncertainty"))
    if not isinstance(content.get("title"), str):
        file.fail(("title",), "expected a text that names the index")
    need = _index(file, "need")
    resources = _index(file, "resources") if "resources" in content else ()
    _once(file, {"need": need, "resources": resources})
    named = [term.indicator for part in need + resources for term in part.terms]
    uncertainty = _uncertainty(file, named)
    _apart(file, {"need": need, "resources": resources}, uncertainty.goalposts)
    return Configuration(
        name=file.path.stem,
        title=content["title"],
        need=need,
        resources=resources,
        steps=_steps(file),
        uncertainty=uncertainty,
    )


def _index(file: CheckedFile, index: str) -> tuple[Dimension, ...]:
    content = file.mapping((index,), file.content.get(index))
    dimensions = tuple(_dimension(file, (index, str(name)), entry) for name, entry in content.items())
    if sum(each.weight for each in dimensions) == 0:
        file.fail((index,), "its weights sum to zero; give at least one dimension a weight above 0")
    return dimensions


def _dimension(file: CheckedFile, keys: Keys, entry: Any) -> Dimension:
    options = dict(file.mapping(keys, entry))
    weight = file.number((*keys, "weight"), options.pop("weight", 1), low=0)
    terms = tuple(_term(file, (*keys, str(indicator)), each) for indicator, each in options.items())
    if sum(term.weight for term in terms) == 0:
        file.fail(keys, "its weights sum to zero; give at least one indicator a weight above 0")
    return Dimension(name=keys[-1], terms=terms, weight=weight)


def _term(file: CheckedFile, keys: Keys, entry: Any) -> Term:
    options = dict(file.mapping(keys, entry, known=[field.name for field in fields(Term) if field.name != "indicator"]))
    if options.get("sign") not in (1, -1):
        file.fail((*keys, "sign"), "expected +1 (a higher value raises the index) or -1 (it lowers it)")
    options["weight"] = file.number((*keys, "weight"), options.get("weight", 1), low=0)
    for name in {"low", "high"} & options.keys():
        options[name] = file.number((*keys, name), options[name])
    if "normalise" in options:
        file.one_of((*keys, "normalise"), options["normalise"], METHODS)
    if "reason" in options:
        options["reason"] = file.text((*keys, "reason"), options["reason"])
    if GOALPOSTS & options.keys():
        if not options.keys() >= GOALPOSTS or "normalise" in options:
            file.fail(keys, "low, high and the reason for them go together, and without normalise")
        if options["low"] >= options["high"]:
            file.fail((*keys, "high"), "expected a number above low")
    if coverage_unknown(keys[-1]):
        file.fail(keys, UNKNOWN_COVERAGE.format(indicator=keys[-1]))
    return Term(indicator=keys[-1], **options)


def _terms(indices: Mapping[str, tuple[Dimension, ...]]) -> Iterator[tuple[Key, Term]]:
    for index, parts in indices.items():
        for part in parts:
            yield from (((index, part.name, term.indicator), term) for term in part.terms)


def _once(file: CheckedFile, indices: Mapping[str, tuple[Dimension, ...]]) -> None:
    """Refuse an indicator that counts twice."""
    seen: dict[str, Keys] = {}
    for keys, term in _terms(indices):
        if term.indicator in seen:
            file.fail(keys, f"counts already as {' > '.join(seen[term.indicator])}; keep one of the two")
        seen[term.indicator] = keys


def _apart(file: CheckedFile, indices: Mapping[str, tuple[Dimension, ...]], spread: float) -> None:
    """Refuse goalposts that meet where both are moved by their spread."""
    for keys, term in _terms(indices):
        low, high = term.goalposts or (0.0, 1.0)
        if low + spread * abs(low) >= high - spread * abs(high):
            file.fail((*keys, "high"), f"meets low when both move by {spread:.0%}; set them further apart")


def _steps(file: CheckedFile) -> Steps:
    if "steps" not in file.content:
        return Steps()
    known = [field.name for field in fields(Steps)]
    content = dict(file.mapping(("steps",), file.content["steps"], known=known))
    for name in RULES.keys() & content.keys():
        file.one_of(("steps", name), content[name], RULES[name])
    if "availability" in content:
        content["availability"] = file.number(("steps", "availability"), content["availability"], low=0, high=1)
        if content["availability"] == 0:
            file.fail(("steps", "availability"), "expected a share above 0")
    for name in {"within", "across"} & content.keys():
        content[name] = _power(file, ("steps", name), content[name])
    steps = Steps(**content)
    if steps.impute != "none" and steps.availability == 1:
        file.fail(("steps", "impute"), "nothing can be imputed while availability is 1; set availability below 1")
    return steps


def _uncertainty(file: CheckedFile, indicators: list[str]) -> Uncertainty:
    if "uncertainty" not in file.content:
        return Uncertainty()
    known = [field.name for field in fields(Uncertainty)]
    content = dict(file.mapping(("uncertainty",), file.content["uncertainty"], known=known))
    for name in {"impute", "outliers", "normalise", "gap"} & content.keys():
        keys = ("uncertainty", name)
        content[name] = tuple(file.one_of(keys, each, RULES[name]) for each in file.choices(keys, content[name]))
    if "across" in content:
        keys = ("uncertainty", "across")
        content["across"] = tuple(_power(file, keys, each) for each in file.choices(keys, content["across"]))
    for name in {"spread", "goalposts"} & content.keys():
        content[name] = file.number(("uncertainty", name), content[name], low=0, high=1)
    for name in {"leave_out", "small_numbers", "missing_services"} & content.keys():
        if not isinstance(content[name], bool):
            file.fail(("uncertainty", name), f"is {content[name]!r}, expected true or false")
    if "minutes" in content:
        content["minutes"] = _noise(file, ("uncertainty", "minutes"), content["minutes"])
    if "concentration" in content:
        content["concentration"] = file.number(("uncertainty", "concentration"), content["concentration"], low=1)
    if "noise" in content:
        keys = ("uncertainty", "noise")
        entries = file.mapping(keys, content["noise"], known=indicators)
        content["noise"] = tuple(_noise(file, (*keys, name), entry) for name, entry in entries.items())
    return Uncertainty(**content)


def _noise(file: CheckedFile, keys: Keys, entry: Any) -> Noise:
    options = file.mapping(keys, entry, known=("absolute", "relative"))
    return Noise(keys[-1], **{name: file.number((*keys, name), value, low=0) for name, value in options.items()})


def _power(file: CheckedFile, keys: Keys, value: Any) -> float:
    if isinstance(value, str):
        return POWERS[file.one_of(keys, value, POWERS)]
    return file.number(keys, value, low=-10, high=10)
