"""Recipes: which source gives which layer of a territory."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geodata.errors import InputError
from geodata.names import suggest
from geodata.yamlfile import read_mapping

FOLDER = Path(__file__).parent / "territories"
KINDS = {
    "id": str,
    "title": str,
    "country": str,
    "area_unit": str,
    "region_levels": list,
    "layers": dict,
    "travel": dict,
    "access": dict,
    "index": str,
}
KEYS = KINDS.keys()
NEEDED = {"areas", "regions", "services", "projects", "consortia", "basemap"}
# Cells with their class, or cells with their people, from which the class is found; one of the two is needed.
CELLS = {"degurba", "grid"}
# What travel times are computed from, and what a territory without them is described by.
FOR_TRAVEL = CELLS | {"places", "roads", "ferries"}
PUBLISHED = "published"
OPTIONAL = FOR_TRAVEL | {"population", PUBLISHED}


@dataclass(frozen=True)
class Recipe:
    """One territory: its name, its layers by source id, its travel model (empty: none) and its index configuration.

    `access` says how supply and transport performance are measured (empty: as usual).
    """

    id: str
    title: str
    country: str
    area_unit: str
    region_levels: tuple[str, ...]
    layers: dict[str, tuple[str, ...]]
    travel: dict[str, Any]
    access: dict[str, Any]
    index: str
    path: Path

    def sources(self, *layers: str) -> tuple[str, ...]:
        """Source ids of some layers (all when none is named), in the order of the recipe, each once."""
        wanted = layers or tuple(self.layers)
        return tuple(dict.fromkeys(source for layer in wanted for source in self.layers.get(layer, ())))


def known(folder: Path = FOLDER) -> list[str]:
    """Ids of the territories that have a recipe."""
    return sorted(path.stem for path in folder.glob("*.yaml"))


def load(territory: str, *, folder: Path = FOLDER, sources: frozenset[str] | None = None) -> Recipe:
    """Read the recipe of a territory.

    Parameters
    ----------
    territory
        Id of the territory, the name of its recipe file.
    folder
        Where recipes are.
    sources
        Ids of the catalogue; when given, every source of the recipe must be one of them.

    Raises
    ------
    InputError
        No such territory, a key that is missing, unknown or of the wrong kind, or a source that the catalogue does
        not have.
    """
    if territory not in known(folder):
        raise InputError(f"There is no territory {territory!r}; {suggest(territory, known(folder))}.")
    path = folder / f"{territory}.yaml"
    content = read_mapping(path)
    for problem, keys in (
        ("lacks", KEYS - content.keys() - {"travel", "access"}),
        ("has the unknown key", content.keys() - KEYS),
    ):
        if keys:
            raise InputError(
                f"Recipe {path.name} {problem} {', '.join(sorted(keys))}; expected {', '.join(sorted(KEYS))}."
            )
    for key, kind in KINDS.items():
        if key in content and not isinstance(content[key], kind):
            expected = {str: "text", list: "a list", dict: "keys with values"}[kind]
            raise InputError(f"Recipe {path.name} has {key} {content[key]!r}, expected {expected}; correct it.")
    named = content["layers"].keys()
    wrong = sorted(map(str, (NEEDED - named) | (named - NEEDED - OPTIONAL)))
    if wrong:
        raise InputError(
            f"Recipe {path.name} must name the layers {', '.join(sorted(NEEDED))} and may name "
            f"{', '.join(sorted(OPTIONAL))}; check {', '.join(wrong)}."
        )
    if "travel" in content:
        if "places" not in named:
            raise InputError(f"Recipe {path.name} has a travel model but no layer places; add it.")
        if not CELLS & named:
            raise InputError(f"Recipe {path.name} names neither of the layers {' and '.join(sorted(CELLS))}; add one.")
    elif PUBLISHED not in named or FOR_TRAVEL & named or "access" in content:
        raise InputError(
            f"Recipe {path.name} has no travel model, so it must name the layer {PUBLISHED} and may not name "
            f"{', '.join(sorted(FOR_TRAVEL))}; add travel or change the layers."
        )
    for layer, ids in content["layers"].items():
        if not isinstance(ids, list) or not ids or not all(isinstance(source, str) for source in ids):
            raise InputError(f"Recipe {path.name} has layer {layer} {ids!r}, expected a list of source ids.")
    layers = {layer: tuple(ids) for layer, ids in content["layers"].items()}
    recipe = Recipe(
        id=content["id"],
        title=content["title"],
        country=content["country"],
        area_unit=content["area_unit"],
        region_levels=tuple(content["region_levels"]),
        layers=layers,
        travel=content.get("travel", {}),
        access=content.get("access", {}),
        index=content["index"],
        path=path,
    )
    if recipe.id != territory:
        raise InputError(f"Recipe {path.name} has the id {recipe.id!r}; make it {territory!r}, as its file.")
    if sources is not None:
        for layer, ids in layers.items():
            for source in ids:
                if source not in sources:
                    raise InputError(
                        f"Recipe {path.name} takes layer {layer} from {source!r}, which the catalogue does not "
                        f"have; {suggest(source, sources)}."
                    )
    return recipe
