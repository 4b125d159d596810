"""Recipes: which source gives which layer of a territory."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geodata import store
from geodata.configfile import CheckedFile
from geodata.errors import InputError
from geodata.names import suggest

FOLDER = Path(__file__).parent / "territories"
OWN = "recipes"
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
    "region": str,
    "optional": list,
}
KEYS = KINDS.keys()
WITHOUT = {"travel", "access", "region", "optional"}
KIND_WORDS = {str: "text in quotation marks", list: "a list", dict: "keys with values"}
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

    `country` is a code of ISO 3166-1 alpha-2, or EU. `region`, if not empty, is the NUTS 1 or 2 region of that country
    that the territory is. `access` says how supply and transport performance are measured (empty: as usual).
    `optional` are sources of published figures without whose files the territory is built too.
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
    region: str = ""
    optional: tuple[str, ...] = ()

    @property
    def centred(self) -> bool:
        """Whether each area is known by its centre and published figures alone, and travel times start there."""
        return bool(self.travel) and not CELLS & self.layers.keys()

    def sources(self, *layers: str) -> tuple[str, ...]:
        """Source ids of some layers (all when none is named), in the order of the recipe, each once."""
        wanted = layers or tuple(self.layers)
        return tuple(dict.fromkeys(source for layer in wanted for source in self.layers.get(layer, ())))


def own_folder() -> Path:
    """Folder of the user's own recipes, beside the built territories."""
    return store.data_root() / OWN


def known(folder: Path | None = None) -> list[str]:
    """Ids of the territories that have a recipe: those of the project and the user's own, or those of one folder."""
    folders = (FOLDER, own_folder()) if folder is None else (folder,)
    return sorted({path.stem for each in folders for path in each.glob("*.yaml")})


def load(territory: str, *, folder: Path | None = None, sources: frozenset[str] | None = None) -> Recipe:
    """Read the recipe of a territory.

    Parameters
    ----------
    territory
        Id of the territory, the name of its recipe file.
    folder
        Where recipes are; None for those of the project and, after them, the user's own.
    sources
        Ids of the catalogue; when given, every source of the recipe must be one of them.

    Raises
    ------
    InputError
        No such territory, or a key that is missing, unknown or of the wrong kind, or a source that the catalogue does
        not have: file, line and key are named.
    """
    if territory not in known(folder):
        raise InputError(f"There is no territory {territory!r}; {suggest(territory, known(folder))}.")
    folders = (FOLDER, own_folder()) if folder is None else (folder,)
    return read(next(path for each in folders if (path := each / f"{territory}.yaml").is_file()), sources=sources)


def read(path: Path, content: bytes | None = None, *, sources: frozenset[str] | None = None) -> Recipe:
    """Read and check one recipe file; `content`, if given, stands for what is at the path.

    Raises
    ------
    InputError
        As `load`.
    """
    file = CheckedFile(path, content)
    given = file.content
    file.mapping((), given, known=KEYS)
    for key in sorted(KEYS - given.keys() - WITHOUT):
        file.fail((key,), "is missing; add it")
    for key, kind in KINDS.items():
        if key in given and not isinstance(given[key], kind):
            file.fail((key,), f"is {given[key]!r}, expected {KIND_WORDS[kind]}")
    if "access" in given and "travel" not in given:
        file.fail(("access",), "is of no use without travel; add travel or take it out")
    if "access" in given and not CELLS & given["layers"].keys():
        file.fail(("access",), "is of no use where areas are known by their centres alone; take it out")
    _check_layers(file, given["layers"], travel="travel" in given, sources=sources)
    _check_optional(file, given.get("optional", []), given["layers"].get(PUBLISHED, []))
    recipe = Recipe(
        id=given["id"],
        title=given["title"],
        country=given["country"],
        area_unit=given["area_unit"],
        region_levels=tuple(given["region_levels"]),
        layers={layer: tuple(ids) for layer, ids in given["layers"].items()},
        travel=given.get("travel", {}),
        access=given.get("access", {}),
        index=given["index"],
        path=path,
        region=given.get("region", ""),
        optional=tuple(given.get("optional", ())),
    )
    if recipe.id != path.stem:
        file.fail(("id",), f"is {recipe.id!r}; make it {path.stem!r}, as the file")
    return recipe


def _check_layers(file: CheckedFile, layers: dict[str, Any], *, travel: bool, sources: frozenset[str] | None) -> None:
    """Check which layers a recipe names, and from which sources it takes them."""
    file.mapping(("layers",), layers, known=sorted(NEEDED | OPTIONAL))
    if lacking := sorted(NEEDED - layers.keys()):
        file.fail(("layers",), f"lacks {', '.join(lacking)}; add what is lacking")
    if travel:
        if "places" not in layers:
            file.fail(("travel",), "needs a layer places; add it")
        # Without cells, each area is known by its centre and its published figures alone.
        if not CELLS & layers.keys() and PUBLISHED not in layers:
            file.fail(("travel",), f"needs one of the layers {' and '.join(sorted(CELLS))}; add one")
    elif PUBLISHED not in layers:
        file.fail(("layers",), f"lacks {PUBLISHED}, which a territory without travel is made of; add it or travel")
    elif wrong := sorted(FOR_TRAVEL & layers.keys()):
        file.fail(("layers", wrong[0]), "is of no use without travel; add travel or take the layer out")
    for layer, ids in layers.items():
        if not isinstance(ids, list) or not ids or not all(isinstance(source, str) for source in ids):
            file.fail(("layers", layer), f"is {ids!r}, expected a list of source ids in square brackets")
        for position, source in enumerate(ids, start=1):
            if sources is not None and source not in sources:
                file.fail(
                    ("layers", layer, str(position)),
                    f"is {source!r}, which the catalogue does not have; {suggest(source, sources)}",
                )


def _check_optional(file: CheckedFile, optional: list[Any], published: list[str]) -> None:
    for position, source in enumerate(optional, start=1):
        if source not in published:
            file.fail(("optional", str(position)), f"is {source!r}; only a source of the layer {PUBLISHED} is optional")
    if optional and not set(published) - set(optional):
        file.fail(("optional",), f"has all sources of {PUBLISHED}; take one out")
