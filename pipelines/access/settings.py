"""How supply within reach and transport performance are measured: the section `access` of a recipe."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, NoReturn, Self

import pandas as pd
from pydantic import BeforeValidator, model_validator

from geodata import configfile
from geodata.configfile import AboveZero, Flag, Keys, Section, check_name, one_of, problem
from geodata.errors import InputError
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


SECTION = configfile.part_of("The section access")
Weights = decay.Decay | None


def _decay(value: Any) -> decay.Decay:
    """Make the weights that a recipe asks for."""
    if value == "log-logistic":
        return decay.log_logistic()
    if not isinstance(value, Mapping) or len(value) != 1:
        known = ", ".join(DECAYS)
        message = f"expected log-logistic, or one of {known} with its parameter, such as {{gaussian: 15}}"
        raise problem(message, shown=True)
    name, parameter = next(iter(value.items()))
    try:
        return DECAYS[check_name(name, [*DECAYS, "log-logistic"])](parameter)
    except InputError as error:
        raise problem(str(error).removesuffix("."), name) from None
    except TypeError:
        raise problem(f"is {parameter!r}, expected a number or zones", name) from None


class _Performance(Section):
    minutes: AboveZero
    km: AboveZero


class _Access(Section):
    supply: Annotated[str, one_of(METHODS)] = "e2sfca"
    decay: Annotated[Weights, BeforeValidator(_decay)] = None
    minutes: AboveZero | None = None
    counts: Flag = False
    performance: _Performance | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        """Check what the measure asks of the other keys."""
        if self.decay is not None and self.supply not in WEIGHED:
            message = f"is of no use to {self.supply}; leave it out, or choose one of {', '.join(WEIGHED)}"
            raise problem(message, "decay")
        if self.decay is None and self.supply in WEIGHED and self.supply not in PUBLISHED:
            raise problem(f"is {self.supply}, which prescribes no decay; give one, such as {{gaussian: 15}}", "supply")
        if self.decay is None and self.minutes is not None and self.supply in PUBLISHED:
            message = f"is of no use, as the weights published with {self.supply} have limits of their own"
            raise problem(f"{message}; give a decay with the minutes", "minutes")
        return self


def from_recipe(parameters: dict[str, Any], *, fail: Callable[[Keys, str], NoReturn] = SECTION) -> Settings:
    """Read the section `access` of a recipe.

    Parameters
    ----------
    parameters
        `supply`, one of `METHODS`; `decay`, one of `DECAYS` with its parameter, such as {gaussian: 15}, or
        `log-logistic`; `minutes`; `counts`, whether services of a category with unknown capacities count 1 each;
        `performance` with `minutes` and `km`. All may be left out.
    fail
        Called with the path of keys and the message where something is wrong; `Recipe.fail_in` names file and line.

    Raises
    ------
    InputError
        A key, method or decay is unknown, a number is not above 0, counts is not true or false, the method takes no
        decay, or it needs one.
    """
    if not parameters:
        return Settings()
    access = configfile.check(_Access, parameters, fail=fail)
    measured = access.performance
    return Settings(
        method=access.supply,
        minutes=METHODS[access.supply][1] if access.minutes is None else access.minutes,
        weights=access.decay,
        counts=access.counts,
        performance=None if measured is None else (measured.minutes, measured.km),
    )
