"""The tags of an OpenStreetMap way: how fast a car goes along it, each way."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from geodata import configfile
from geodata.configfile import AboveZero, Section, Share, Text, Texts, problem

ACCESS = ("motorcar", "motor_vehicle", "vehicle", "access")
UNITS = {"": 1.0, "km/h": 1.0, "kmh": 1.0, "kph": 1.0, "mph": 1.609344, "knots": 1.852}


@dataclass(frozen=True)
class Way:
    """How a way is travelled: km/h in its direction and against it (0: closed), or minutes for all of it (ferries)."""

    forward: float
    backward: float
    minutes: float | None = None


def _pair(tag: Any) -> tuple[str, str]:
    key, _, value = str(tag).partition("=")
    if not key or not value:
        raise problem("expected a tag, such as amenity=bank", shown=True)
    return key, value


class Service(Section):
    """A category of service: the title that stands in for a missing name, its tags, and the tag of its capacity."""

    title: Text
    tags: Annotated[tuple[Annotated[tuple[str, str], BeforeValidator(_pair)], ...], Field(min_length=1)]
    capacity: Text = ""


class Roads(Section):
    """Speeds in km/h by class, surface and code of a limit, and the tags that close or open a road."""

    classes: dict[str, AboveZero]
    share_of_limit: Share
    surfaces: dict[str, AboveZero]
    limits: dict[str, AboveZero]
    closed: Texts
    allowed: Texts
    minor_services: Texts
    ferry: AboveZero


class Meanings(Section):
    """What the tags mean: `tags.yaml`."""

    services: dict[str, Service]
    roads: Roads


@cache
def meanings() -> Meanings:
    """What the tags mean.

    Raises
    ------
    InputError
        The file is not as it should be; line and key are named.
    """
    return configfile.load(Meanings, Path(__file__).with_name("tags.yaml"))


def read_way(tags: Mapping[str, str]) -> Way | None:
    """How a car travels a way; None where it cannot or may not.

    Parameters
    ----------
    tags
        The tags of the way.
    """
    roads = meanings().roads
    permission = next((tags[key] for key in ACCESS if key in tags), "")
    if permission and set(_values(permission)) <= set(roads.closed):
        return None
    if tags.get("route") == "ferry":
        return Way(roads.ferry, roads.ferry, read_duration(tags.get("duration", "")))
    usual = roads.classes.get(tags.get("highway", ""))
    if usual is None or tags.get("area") == "yes" or tags.get("service") in roads.minor_services:
        return None
    if tags["highway"] == "track" and permission not in roads.allowed:
        return None
    cap = roads.surfaces.get(tags.get("surface", ""), float("inf"))
    speeds = []
    for direction in ("forward", "backward"):
        limit = read_limit(tags.get(f"maxspeed:{direction}", tags.get("maxspeed", "")))
        speeds.append(min(usual if limit is None else limit * roads.share_of_limit, cap))
    ahead, back = _directions(tags)
    return Way(speeds[0] * ahead, speeds[1] * back)


def _directions(tags: Mapping[str, str]) -> tuple[bool, bool]:
    """Whether a way is open in its direction and against it."""
    oneway = tags.get("oneway", "")
    if oneway in ("yes", "true", "1"):
        return True, False
    if oneway in ("-1", "reverse"):
        return False, True
    implied = tags.get("junction") in ("roundabout", "circular") or tags.get("highway") == "motorway"
    return True, oneway == "no" or not implied


def read_limit(text: str) -> float | None:
    """Speed limit in km/h; None where there is none that can be read, and the class of the road decides.

    Numbers are km/h unless mph or knots is said. Codes are read by country and zone, as in `IT:urban` or
    `DE:zone:30`. Of several values the first counts.
    """
    first = _values(text)[0]
    number = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*([a-z/]*)", first)
    if number and number[2] in UNITS:
        return float(number[1]) * UNITS[number[2]] or None
    zone = re.fullmatch(r"(?:[A-Za-z]{2}:)?zone:?([0-9]+)", first)
    if zone:
        return float(zone[1])
    limits = meanings().roads.limits
    limit = limits.get(first, limits.get(first.rpartition(":")[2]))
    return limit


def read_duration(text: str) -> float | None:
    """Minutes of a duration, as `1:30` (hours and minutes), `1:30:00`, `PT1H30M` or `90` (minutes); else None."""
    text = text.strip()
    clock = re.fullmatch(r"(?:([0-9]+):)?([0-9]+)(?::([0-9]{2}))?", text)
    spelled = re.fullmatch(r"P(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?)?", text)
    if clock:
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        total = hours * 60 + minutes + seconds / 60
    elif spelled:
        days, hours, minutes, seconds = (int(part or 0) for part in spelled.groups())
        total = days * 1440 + hours * 60 + minutes + seconds / 60
    else:
        return None
    return total or None


def _values(text: str) -> list[str]:
    """The values of a tag that may hold several."""
    return [value.strip() for value in text.split(";")]
