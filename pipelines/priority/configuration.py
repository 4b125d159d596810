"""What an index is made of: a readable file in `geodata/indices`, or one of the planner's own.

A file has a title, the two indices (dimension -> indicator -> sign and options), the steps and what is uncertain about
them. Every key but `title` and `need` may be left out. `docs/composite-index.md` explains each.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, NoReturn

import yaml

from geodata.errors import InputError
from geodata.names import suggest
from geodata.yamlfile import read_mapping
from pipelines.priority.aggregate import POWERS
from pipelines.priority.normalise import METHODS

FOLDER = Path(__file__).parents[2] / "geodata" / "indices"
IMPUTE = ("none", "region", "territory")
OUTLIERS = ("none", "treat")
WEIGHTS = ("given", "pca")
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Term:
    """An indicator in a dimension. Options: see `Configuration`."""

    indicator: str
    sign: int
    weight: float = 1.0
    normalise: str | None = None
    low: float | None = None
    high: float | None = None
    per: str | None = None


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
        What stands in for a missing value: `none` (the weights of the others are scaled up), or the median of the
        `region` or of the `territory`.
    outliers
        `none`, or `treat` as in `outliers.py`.
    normalise
        A name of `normalise.METHODS`.
    weights
        `given` in the file (1 where not given), or `pca` inside each dimension.
    within, across
        Power of the mean over the indicators of a dimension, and over the dimensions of an index.
    """

    availability: float = 1.0
    impute: str = "none"
    outliers: str = "none"
    normalise: str = "percentile"
    weights: str = "given"
    within: float = 1.0
    across: float = 1.0


@dataclass(frozen=True)
class Noise:
    """Standard deviation of an indicator's error: in its unit, or as a share of its value."""

    indicator: str
    absolute: float = 0.0
    relative: float = 0.0


@dataclass(frozen=True)
class Uncertainty:
    """What a replicate may choose in the place of the steps; each choice is equally likely.

    Attributes
    ----------
    spread
        Every weight is drawn uniformly within this share of itself: 0.25 is +-25 %.
    concentration
        When given, weights come from a Dirichlet distribution around the given ones instead: the higher, the closer.
    normalise, outliers, impute, across
        Alternatives, as in `Steps`.
    noise
        Errors of indicators, drawn from a normal distribution for each area by itself.
    """

    spread: float = 0.25
    concentration: float | None = None
    normalise: tuple[str, ...] = ("percentile", "min-max")
    outliers: tuple[str, ...] = ("none", "treat")
    impute: tuple[str, ...] = ("none",)
    across: tuple[float, ...] = (1.0, 0.0)
    noise: tuple[Noise, ...] = ()


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
                    f"There is no dimension {key[1]!r} in {key[0]}; {suggest(key[1], (b for _, b in known))}."
                )
            if not 0 <= weight < float("inf"):
                raise InputError(f"The weight of {key[1]} is {weight:g}, expected a number of 0 or more.")
        changed = {
            index: tuple(
                replace(each, weight=float(weights.get((index, each.name), each.weight))) for each in dimensions
            )
            for index, dimensions in self.indices.items()
        }
        for index, dimensions in changed.items():
            if sum(each.weight for each in dimensions) == 0:
                raise InputError(f"All weights of {index} are 0; give at least one dimension a weight above 0.")
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
    return _Reader(Path(name_or_path)).configuration()


class _Reader:
    """Checks a file key by key and says where it is wrong."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.content = read_mapping(path)
        self.root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        self._refuse_repeats(self.root, ())

    def configuration(self) -> Configuration:
        self._known((), self.content, ("title", "need", "resources", "steps", "uncertainty"))
        title = self.content.get("title")
        if not isinstance(title, str):
            self._fail(("title",), "expected a text that names the index")
        return Configuration(
            name=self.path.stem,
            title=title,
            need=self._index("need"),
            resources=self._index("resources") if "resources" in self.content else (),
            steps=self._steps(),
            uncertainty=self._uncertainty(),
        )

    def _index(self, index: str) -> tuple[Dimension, ...]:
        content = self._mapping((index,), self.content.get(index))
        dimensions = tuple(self._dimension((index, str(name)), entry) for name, entry in content.items())
        if sum(each.weight for each in dimensions) == 0:
            self._fail((index,), "its weights sum to zero; give at least one dimension a weight above 0")
        return dimensions

    def _dimension(self, keys: tuple[str, ...], entry: Any) -> Dimension:
        entry = dict(self._mapping(keys, entry))
        weight = self._number((*keys, "weight"), entry.pop("weight", 1), low=0)
        terms = tuple(self._term((*keys, str(indicator)), options) for indicator, options in entry.items())
        if sum(term.weight for term in terms) == 0:
            self._fail(keys, "its weights sum to zero; give at least one indicator a weight above 0")
        return Dimension(name=keys[-1], terms=terms, weight=weight)

    def _term(self, keys: tuple[str, ...], options: Any) -> Term:
        self._mapping(keys, options)
        self._known(keys, options, [field.name for field in fields(Term) if field.name != "indicator"])
        if options.get("sign") not in (1, -1):
            self._fail((*keys, "sign"), "expected +1 (a higher value raises the index) or -1 (it lowers it)")
        numbers = {name: self._number((*keys, name), options[name]) for name in ("low", "high") if name in options}
        method = options.get("normalise")
        if method is not None:
            self._one_of((*keys, "normalise"), method, [*METHODS, "scale"])
        if (method == "scale") != (numbers.keys() == {"low", "high"}) or (numbers and method != "scale"):
            self._fail(keys, "normalise: scale and the numbers low and high go together")
        if numbers and numbers["low"] >= numbers["high"]:
            self._fail((*keys, "high"), "expected a number above low")
        return Term(
            indicator=keys[-1],
            sign=int(options["sign"]),
            weight=self._number((*keys, "weight"), options.get("weight", 1), low=0),
            normalise=method,
            per=options.get("per"),
            **numbers,
        )

    def _steps(self) -> Steps:
        content = self._section("steps", Steps)
        rules = {"impute": IMPUTE, "outliers": OUTLIERS, "normalise": METHODS, "weights": WEIGHTS}
        for name, allowed in rules.items():
            if name in content:
                self._one_of(("steps", name), content[name], allowed)
        if "availability" in content:
            content["availability"] = self._number(("steps", "availability"), content["availability"], low=0, high=1)
        for name in ("within", "across"):
            if name in content:
                content[name] = self._power(("steps", name), content[name])
        steps = Steps(**content)
        if steps.availability == 0:
            self._fail(("steps", "availability"), "expected a share above 0")
        if steps.impute != "none" and steps.availability == 1:
            self._fail(("steps", "impute"), "nothing can be imputed while availability is 1; set availability below 1")
        return steps

    def _uncertainty(self) -> Uncertainty:
        content = self._section("uncertainty", Uncertainty)
        rules = {"impute": IMPUTE, "outliers": OUTLIERS, "normalise": METHODS}
        for name in (*rules, "across"):
            if name not in content:
                continue
            keys = ("uncertainty", name)
            if not isinstance(content[name], list) or not content[name]:
                self._fail(keys, "expected a list of choices in square brackets")
            if name in rules:
                for choice in content[name]:
                    self._one_of(keys, choice, rules[name])
            content[name] = tuple(self._power(keys, each) if name == "across" else each for each in content[name])
        if "spread" in content:
            content["spread"] = self._number(("uncertainty", "spread"), content["spread"], low=0, high=1)
        if "concentration" in content:
            keys = ("uncertainty", "concentration")
            content["concentration"] = self._number(keys, content["concentration"], low=1)
        if "noise" in content:
            entries = self._mapping(("uncertainty", "noise"), content["noise"])
            self._known(("uncertainty", "noise"), entries, self._indicators())
            content["noise"] = tuple(self._noise(str(name), entry) for name, entry in entries.items())
        return Uncertainty(**content)

    def _indicators(self) -> list[str]:
        """Every indicator of the file, after its indices have been checked."""
        parts = [part for index in ("need", "resources") for part in self.content.get(index, {}).values()]
        return [name for part in parts for name in part if name != "weight"]

    def _noise(self, indicator: str, entry: Any) -> Noise:
        keys = ("uncertainty", "noise", indicator)
        self._known(keys, self._mapping(keys, entry), ("absolute", "relative"))
        return Noise(indicator, **{name: self._number((*keys, name), value, low=0) for name, value in entry.items()})

    def _section(self, name: str, kind: type) -> dict[str, Any]:
        if name not in self.content:
            return {}
        content = dict(self._mapping((name,), self.content[name]))
        self._known((name,), content, [field.name for field in fields(kind)])
        return content

    def _mapping(self, keys: tuple[str, ...], value: Any) -> dict[str, Any]:
        if not isinstance(value, dict) or not value:
            self._fail(keys, "expected keys with values")
        return value

    def _number(self, keys: tuple[str, ...], value: Any, *, low: float = -1e300, high: float = 1e300) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            bounds = "" if low < -1e299 else f" of {low:g} or more" if high > 1e299 else f" from {low:g} to {high:g}"
            self._fail(keys, f"is {value!r}, expected a number{bounds}")
        return float(value)

    def _power(self, keys: tuple[str, ...], value: Any) -> float:
        if isinstance(value, str):
            self._one_of(keys, value, POWERS)
            return POWERS[value]
        return self._number(keys, value, low=-10, high=10)

    def _one_of(self, keys: tuple[str, ...], value: Any, allowed: Iterable[str]) -> None:
        if value not in list(allowed):
            self._fail(keys, f"is {value!r}; {suggest(str(value), allowed)}")

    def _known(self, keys: tuple[str, ...], content: Mapping[str, Any], allowed: Iterable[str]) -> None:
        for key in content:
            if key not in list(allowed):
                self._fail((*keys, str(key)), f"is not a key that is known here; {suggest(str(key), allowed)}")

    def _refuse_repeats(self, node: Any, keys: tuple[str, ...]) -> None:
        if not isinstance(node, yaml.MappingNode):
            return
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                self._fail((*keys, key.value), "is there twice; keep one")
            seen.add(key.value)
            self._refuse_repeats(value, (*keys, key.value))

    def _fail(self, keys: tuple[str, ...], message: str) -> NoReturn:
        """Name the line of the deepest key that is in the file (its last one, when it is there twice)."""
        node, line = self.root, 1
        for wanted in keys:
            pairs = node.value if isinstance(node, yaml.MappingNode) else []
            found = [(key, value) for key, value in pairs if key.value == wanted]
            if not found:
                break
            line, node = found[-1][0].start_mark.line + 1, found[-1][1]
        raise InputError(f"{self.path.name}, line {line}, {' > '.join(keys) or 'file'}: {message}.")
