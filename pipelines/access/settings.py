"""How supply within reach and transport performance are measured: the section `access` of a recipe."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geodata.errors import InputError
from geodata.names import suggest
from pipelines.access import catchments, decay
from pipelines.access.raam import raam

# By method: the indicator it gives, and the minutes within which supply is looked for.
METHODS = {
    "2sfca": ("supply_2sfca", 30.0),
    "e2sfca": ("supply", 30.0),
    "3sfca": ("supply_3sfca", 60.0),
    "balanced": ("supply_balanced", 60.0),
    "raam": ("care_cost", 60.0),
}
DECAYS: dict[str, Callable[[Any], decay.Decay]] = {
    "linear": decay.linear,
    "exponential": decay.exponential,
    "gaussian": decay.gaussian,
    "stepped": decay.stepped,
}
WEIGHED = {
    "e2sfca": catchments.enhanced_two_step,
    "3sfca": catchments.three_step,
    "balanced": catchments.balanced,
}
PUBLISHED = {"e2sfca": decay.E2SFCA, "3sfca": decay.THREE_STEP}
KEYS = ("supply", "decay", "minutes", "counts", "performance")


@dataclass(frozen=True)
class Settings:
    """What a recipe asks for.

    Attributes
    ----------
    method
        One of `METHODS`.
    minutes
        Supply farther away is out of reach.
    weights
        Decay of E2SFCA, 3SFCA or balanced; None for the one published with the method.
    counts
        Whether every service counts 1 where the capacity of one of its category is unknown.
    performance
        Minutes and kilometres of the transport performance; None for none.
    """

    method: str = "e2sfca"
    minutes: float = METHODS["e2sfca"][1]
    weights: decay.Decay | None = None
    counts: bool = False
    performance: tuple[float, float] | None = None

    @property
    def indicator(self) -> str:
        """Name of the indicator, which the category of service follows; one of its own for weights of one's own."""
        own = self.weights is not None and self.method in PUBLISHED
        return METHODS[self.method][0] + ("_decay" if own else "")

    @property
    def counted(self) -> str:
        """Name of the indicator where every service counts 1."""
        return "care_cost_counted" if self.method == "raam" else "supply_counted"

    def supply(self, pairs: pd.DataFrame, demand: pd.Series, supply: pd.Series, *, counts: bool = False) -> pd.Series:
        """Measure the supply of each origin: per 1,000 people, or its cost for `raam` (infinite: none in reach).

        Arguments as for `catchments.enhanced_two_step`; pairs may go beyond `minutes`.
        """
        near = pairs[pairs["minutes"] <= self.minutes]
        if self.method == "raam":
            return raam(near, demand, supply, tau=self.minutes, counts=counts)
        if self.method == "2sfca":
            return 1000 * catchments.two_step(near, demand, supply, minutes=self.minutes, counts=counts)
        weights = self.weights or PUBLISHED[self.method]
        return 1000 * WEIGHED[self.method](near, demand, supply, decay=weights, counts=counts)


def from_recipe(parameters: Mapping[str, Any]) -> Settings:
    """Read the section `access` of a recipe.

    Parameters
    ----------
    parameters
        `supply`, one of `METHODS`; `decay`, one of `DECAYS` with its parameter, such as {gaussian: 15}, or
        `log-logistic`; `minutes`; `counts`, whether services of a category with unknown capacities count 1 each;
        `performance` with `minutes` and `km`. All may be left out.

    Raises
    ------
    InputError
        A key, method or decay is unknown, a number is not above 0, counts is not true or false, the method takes no
        decay, or it needs one.
    """
    for key in parameters:
        if key not in KEYS:
            raise InputError(f"The section access has the unknown key {key!r}; {suggest(str(key), KEYS)}.")
    method = str(parameters.get("supply", "e2sfca"))
    if method not in METHODS:
        raise InputError(f"There is no measure of supply {method!r}; {suggest(method, METHODS)}.")
    weights = _decay(parameters["decay"]) if "decay" in parameters else None
    if weights is not None and method not in WEIGHED:
        raise InputError(
            f"The measure of supply {method} takes no decay; leave it out, or choose one of {', '.join(WEIGHED)}."
        )
    if weights is None and method in WEIGHED and method not in PUBLISHED:
        raise InputError(f"The measure of supply {method} prescribes no decay; give one, such as {{gaussian: 15}}.")
    if weights is None and "minutes" in parameters and method in PUBLISHED:
        raise InputError(
            f"The weights published with {method} have limits of their own; give a decay with the minutes."
        )
    counts = parameters.get("counts", False)
    if not isinstance(counts, bool):
        raise InputError(f"counts of the section access is {counts!r}, expected true or false.")
    performance = None
    if "performance" in parameters:
        asked = parameters["performance"]
        if not isinstance(asked, Mapping) or asked.keys() != {"minutes", "km"}:
            raise InputError(f"performance is {asked!r}, expected the keys minutes and km.")
        performance = (
            _above_zero("minutes of performance", asked["minutes"]),
            _above_zero("km of performance", asked["km"]),
        )
    minutes = _above_zero("minutes", parameters.get("minutes", METHODS[method][1]))
    return Settings(method=method, minutes=minutes, weights=weights, counts=counts, performance=performance)


def _decay(asked: Any) -> decay.Decay:
    if asked == "log-logistic":
        return decay.log_logistic()
    if not isinstance(asked, Mapping) or len(asked) != 1:
        raise InputError(
            f"The decay is {asked!r}, expected log-logistic, or one of {', '.join(DECAYS)} with its parameter, such as "
            "{gaussian: 15}."
        )
    name, parameter = next(iter(asked.items()))
    if name not in DECAYS:
        raise InputError(f"There is no decay {name!r}; {suggest(str(name), [*DECAYS, 'log-logistic'])}.")
    try:
        return DECAYS[name](parameter)
    except (TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"The decay {name} has the parameter {parameter!r}, expected a number or zones.") from None


def _above_zero(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < np.inf:
        raise InputError(f"The {name} of the section access are {value!r}, expected a number above 0.")
    return float(value)
