"""Decay of pull with travel: functions that turn minutes into weights.

Each function here takes the parameters of a form and returns a decay: minutes in, weights of the same shape out. A
weight of 0 is out of reach; so is every pair that is absent from the table, whatever the form.
"""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from geodata.errors import InputError

Floats = npt.NDArray[np.float64]
Decay = Callable[[Floats], Floats]


def binary(limit: float) -> Decay:
    """1 up to the limit and at it, 0 beyond."""
    above_zero("limit", limit)
    return lambda minutes: (minutes <= limit).astype(np.float64)


def linear(limit: float) -> Decay:
    """From 1 at the door in a straight line to 0 at the limit."""
    above_zero("limit", limit)
    return lambda minutes: np.maximum(1 - minutes / limit, 0)


def exponential(rate: float) -> Decay:
    """exp(-rate x minutes)."""
    above_zero("rate", rate)
    return lambda minutes: np.exp(-rate * minutes)


def gaussian(sigma: float) -> Decay:
    """exp(-minutes² / (2 sigma²)), which is 1 at the door."""
    above_zero("sigma", sigma)
    return lambda minutes: np.exp(-(minutes**2) / (2 * sigma**2))


def log_logistic(*, constant: float = -6.899, slope: float = 2.326) -> Decay:
    """1 / (1 + exp(constant + slope x ln minutes)), which is 1 at the door.

    The defaults are those of Geurs and van Eck (2003), Environment and Planning B 30, 69-87: half the pull is left
    at 19.4 minutes.
    """
    above_zero("slope", slope)

    def decay(minutes: Floats) -> Floats:
        # exp(constant + slope ln t) written as a power, which is 0 and not undefined at 0 minutes.
        return np.asarray(1 / (1 + np.exp(constant) * minutes**slope), dtype=np.float64)

    return decay


def stepped(zones: Mapping[float, float]) -> Decay:
    """One weight a zone, by the upper end of the zone in minutes, which belongs to it; 0 beyond the last.

    Raises
    ------
    InputError
        There is no zone, an end is not above 0, or a weight is negative.
    """
    if not zones or min(zones) <= 0 or min(zones.values()) < 0:
        raise InputError(f"Zones are {dict(zones)}, expected weights of 0 or more by upper ends above 0 minutes.")

    def decay(minutes: Floats) -> Floats:
        weights = np.zeros_like(minutes)
        # From the farthest zone inwards: each nearer one overwrites its part. Faster than a search for each pair.
        for end in sorted(zones, reverse=True):
            weights[minutes <= end] = zones[end]
        return weights

    return decay


# Weights published with the methods, in minutes.
E2SFCA = stepped({10: 1, 20: 0.68, 30: 0.22})
"""Luo and Qi (2009), the slower of their two sets."""
THREE_STEP = stepped({10: 0.962, 20: 0.704, 30: 0.377, 60: 0.042})
"""Wan, Zou and Sternberg (2012)."""


def above_zero(name: str, value: float) -> None:
    """Refuse a parameter that is not above 0."""
    if not value > 0:
        raise InputError(f"The {name} of the decay is {value}, expected above 0.")
