"""Place names to places: accents, bilingual and misspelled names, with a score; what stays ambiguous is listed."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from geodata.vocabulary import plain
from pipelines.userdata.coordinates import extent_of

SURE = 90  # a spelling this near is taken when no other place is as near
POSSIBLE = 78  # one this near is offered for decision
APART = 5  # by how much the best must be nearer than the next
OFFERED = 5  # how many places are offered
COLUMNS = ["place", "key", "area_id", "name", "precision", "score", "state", "choice", "offers"]
# Two names of one place, and what stands in brackets, are names of their own.
_VARIANTS = re.compile(r"\s*[/(),;]\s*|\s+[-–]\s+")
_POSTCODE = re.compile(r"\b(?:[A-Z]{1,2}-)?\d{4,5}\b\s*")


@dataclass(frozen=True)
class Entry:
    """One place that a name can mean.

    Attributes
    ----------
    key
        `area:` and the id of an area, or `place:` and the id of a place.
    is_area
        Whether it is a whole area, which is meant before a settlement of the same name elsewhere.
    """

    key: str
    name: str
    area_id: str
    lon: float
    lat: float
    is_area: bool


class Gazetteer:
    """The places and areas of one territory by their names."""

    def __init__(self, areas: gpd.GeoDataFrame, places: gpd.GeoDataFrame, *, country: str) -> None:
        """Take the layers `areas` and `places` of a territory; `country` is its ISO code, empty for several."""
        self.country = country
        self.extent = extent_of(places, areas, country=country)
        self.entries: dict[str, Entry] = {}
        self._by_name: dict[str, list[Entry]] = defaultdict(list)
        spots = _spots(areas, places)
        for area_id, name in zip(areas["area_id"], areas["name"], strict=True):
            lon, lat = spots[area_id]
            self._add(Entry(f"area:{area_id}", name, area_id, lon, lat, is_area=True))
        lons, lats = places.geometry.x.tolist(), places.geometry.y.tolist()
        columns = (places["place_id"], places["name"], places["area_id"], lons, lats)
        for place_id, name, area_id, lon, lat in zip(*columns, strict=True):
            self._add(Entry(f"place:{place_id}", name, area_id, lon, lat, is_area=False))
        self._names = sorted(self._by_name)

    def _add(self, entry: Entry) -> None:
        self.entries[entry.key] = entry
        for variant in variants(entry.name):
            self._by_name[variant].append(entry)

    @property
    def area_ids(self) -> list[str]:
        """Ids of the areas."""
        return [entry.area_id for entry in self.entries.values() if entry.is_area]

    def match(self, names: "pd.Series[str]", *, decisions: Mapping[str, str] | None = None) -> pd.DataFrame:
        """Find the place of each name.

        A name that is spelled as one area, or else as one place, is that, with score 100; a settlement within an area
        of the same name is no other answer. Else the nearest spelling (normalised edit similarity, 0-100) is taken
        when it is at least 90 and 5 above that of any place in another area.

        Parameters
        ----------
        names
            Names as they are written, empty where there is none.
        decisions
            Key of the place that is meant, by name, where a person decided.

        Returns
        -------
        pandas.DataFrame
            One row for each different name that is not empty, index the names: `key`, `area_id`, `name` and `precision`
            (`municipality` or `town`) of the place found, `score`, `state` (`found`, `ambiguous`, `unknown`),
            `choice` in words, and `offers`, a list of (key, what it is, score).
        """
        written = [name for name in names.unique() if name]
        exact = {name: self._spelled(name) for name in written}
        rest = [name for name in written if not exact[name]]
        near = self._near([plain(name) for name in rest])
        candidates = {name: [(entry, 100.0) for entry in found] for name, found in exact.items() if found}
        candidates |= dict(zip(rest, near, strict=True))
        decided = {name: key for name, key in (decisions or {}).items() if key in self.entries}
        rows = [
            self._found(name, decided[name], 100.0) if name in decided else self._decide(name, candidates[name])
            for name in written
        ]
        return pd.DataFrame(rows, columns=COLUMNS).set_index("place")

    def _spelled(self, name: str) -> list[Entry]:
        """Entries of exactly this name; else of all its parts, as two names of one place, then of any part."""
        if whole := self._by_name.get(plain(name)):
            return _whole_areas(whole)
        parts = [found for part in _parts(name) if (found := self._by_name.get(plain(part)))]
        if not parts:
            return []
        shared = set.intersection(*({entry.area_id for entry in found} for found in parts))
        if shared:
            return _whole_areas([entry for entry in parts[0] if entry.area_id in shared])
        return _whole_areas(parts[0])

    def _near(self, written: list[str]) -> list[list[tuple[Entry, float]]]:
        """Entries of the nearest spellings of each name, the nearest first."""
        found = []
        for start in range(0, len(written), 500):
            chunk = written[start : start + 500]
            scores = process.cdist(chunk, self._names, scorer=fuzz.ratio, score_cutoff=POSSIBLE, dtype=np.uint8)
            for row in scores:
                best = np.argsort(-row.astype(int), kind="stable")[: 2 * OFFERED]
                spelled = [(self._names[position], float(row[position])) for position in best if row[position]]
                found.append([(one, score) for name, score in spelled for one in _whole_areas(self._by_name[name])])
        return found

    def _decide(self, name: str, candidates: list[tuple[Entry, float]]) -> dict[str, object]:
        """Take the best candidate of the best area, or offer the best of each area."""
        by_area: dict[str, tuple[Entry, float]] = {}
        for entry, score in candidates:
            by_area.setdefault(entry.area_id, (entry, score))
        ranked = sorted(by_area.values(), key=lambda one: -one[1])
        if not ranked:
            return {"place": name, "score": 0.0, "state": "unknown", "choice": "", "offers": []}
        entry, score = ranked[0]
        is_alone = len(ranked) == 1 or score - ranked[1][1] >= APART
        offers = [(one.key, self._describe(one), value) for one, value in ranked[:OFFERED]]
        if score >= SURE and is_alone:
            return self._found(name, entry.key, score)
        choice = " or ".join(what for _, what, _ in offers[:3])
        return {"place": name, "score": score, "state": "ambiguous", "choice": choice, "offers": offers}

    def _found(self, name: str, key: str, score: float) -> dict[str, object]:
        """Row of a name whose place is known."""
        entry = self.entries[key]
        precision = "municipality" if entry.is_area else "town"
        row = {"place": name, "key": key, "area_id": entry.area_id, "name": entry.name, "precision": precision}
        return row | {"score": score, "state": "found", "choice": "", "offers": []}

    def _describe(self, entry: Entry) -> str:
        """Say what a place is, so that a person can choose: its name, and the area it lies in."""
        area = self.entries[f"area:{entry.area_id}"]
        return f"{entry.name} ({entry.area_id})" if entry.is_area else f"{entry.name} in {area.name} ({area.area_id})"

    def points(self, keys: "pd.Series[str]") -> gpd.GeoSeries:
        """Points in EPSG:4326 of places by key."""
        found = [self.entries[key] for key in keys]
        points = gpd.points_from_xy([one.lon for one in found], [one.lat for one in found])
        return gpd.GeoSeries(points, index=keys.index, crs="EPSG:4326")


def variants(name: str) -> list[str]:
    """Plain forms of a name: the whole, and each of several names of one place.

    Examples
    --------
    >>> variants("Bolzano/Bozen"), variants("Koper - Capodistria"), variants("Agliè")
    (['bolzano bozen', 'bolzano', 'bozen'], ['koper capodistria', 'koper', 'capodistria'], ['aglie'])
    """
    whole = [name, *(_parts(name) if len(_parts(name)) > 1 else [])]
    return [text for text in dict.fromkeys(map(plain, whole)) if text]


def place_in(address: str) -> str:
    """Name of the place in a postal address: what follows the postcode, else the last part.

    Examples
    --------
    >>> place_in("Via Roma 1, 28845 Domodossola (VB)"), place_in("Hauptplatz 3, Millstatt"), place_in("Via Roma 1")
    ('Domodossola', 'Millstatt', '')
    """
    *_, after = _POSTCODE.split(address)
    if after != address and after.strip():
        return re.split(r"[,(;]|\s+-\s+", after)[0].strip()
    *rest, last = address.split(",")
    return last.split("(")[0].strip() if rest and not any(map(str.isdigit, last)) else ""


def _parts(name: str) -> list[str]:
    return [part for part in _VARIANTS.split(name) if len(part) > 2]


def _whole_areas(entries: list[Entry]) -> list[Entry]:
    """Areas before settlements: where a name is that of an area, settlements of the name elsewhere are not meant."""
    whole = [entry for entry in entries if entry.is_area]
    return whole or entries


def _spots(areas: gpd.GeoDataFrame, places: gpd.GeoDataFrame) -> dict[str, tuple[float, float]]:
    """Where an area is said to be: its place of the same name, else its most populous, else a point inside."""
    points = areas.geometry.representative_point()
    spots = dict(zip(areas["area_id"], zip(points.x, points.y, strict=True), strict=True))
    own = places["area_id"].map(areas.set_index("area_id")["name"]).fillna("").map(plain)
    order = pd.DataFrame({"named": places["name"].map(plain) == own, "population": places["population"].fillna(0.0)})
    last = places.loc[order.sort_values(["named", "population"], kind="stable").index].drop_duplicates(
        "area_id", keep="last"
    )
    return spots | dict(zip(last["area_id"], zip(last.geometry.x, last.geometry.y, strict=True), strict=True))
