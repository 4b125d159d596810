"""Recipes: which source gives which layer of a territory."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NoReturn, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, model_validator

from geodata import configfile, store
from geodata.configfile import Keys, Mapped, Section, Text, Texts, problem
from geodata.errors import InputError
from geodata.names import suggest

FOLDER = Path(__file__).parent / "territories"
OWN = "recipes"
NEEDED = {"areas", "regions", "services", "projects", "consortia", "basemap"}
# Cells with their class, or cells with their people, from which the class is found; one of the two is needed.
CELLS = {"degurba", "grid"}
# What travel times are computed from, and what a territory without them is described by.
FOR_TRAVEL = CELLS | {"places", "roads", "ferries", "major_roads", "links", "elevation"}
PUBLISHED = "published"
OPTIONAL = FOR_TRAVEL | {"population", "project_contexts", PUBLISHED}


def _complete(layers: Any) -> Any:
    """Check which layers a recipe names."""
    configfile.known_keys(layers, sorted(NEEDED | OPTIONAL))
    if lacking := sorted(NEEDED - layers.keys()):
        raise problem(f"lacks {', '.join(lacking)}; add what is lacking")
    return layers


def _of_the_catalogue(sources: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
    """Check ids of sources against those of the catalogue, where the caller gives them."""
    for position, source in enumerate(sources, start=1):
        if info.context is not None and source not in info.context:
            hint = suggest(source, info.context)
            raise problem(f"is {source!r}, which the catalogue does not have; {hint}", str(position))
    return sources


class _File(Section):
    """What a recipe file may hold; `Recipe` says what each means."""

    id: Text
    title: Text
    country: Text
    area_unit: Text
    region_levels: Texts
    layers: Annotated[
        dict[str, Annotated[Texts, AfterValidator(_of_the_catalogue)]],
        BeforeValidator(_complete),
    ]
    travel: Mapped = Field(default_factory=dict)
    access: Mapped = Field(default_factory=dict)
    index: Text
    region: Text = ""
    optional: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> Self:
        """Check what keys ask of each other."""
        cells = CELLS & self.layers.keys()
        if self.access and not self.travel:
            raise problem("is of no use without travel; add travel or take it out", "access")
        if self.access and not cells:
            raise problem("is of no use where areas are known by their centres alone; take it out", "access")
        if self.travel:
            if "places" not in self.layers:
                raise problem("needs a layer places; add it", "travel")
            # Without cells, each area is known by its centre and its published figures alone.
            if not cells and PUBLISHED not in self.layers:
                raise problem(f"needs one of the layers {' and '.join(sorted(CELLS))}; add one", "travel")
        elif PUBLISHED not in self.layers:
            raise problem(f"lacks {PUBLISHED}, which a territory without travel is made of; add it or travel", "layers")
        elif useless := sorted(FOR_TRAVEL & self.layers.keys()):
            message = "is of no use without travel; add travel or take the layer out"
            raise problem(message, "layers", useless[0])
        published = self.layers.get(PUBLISHED, ())
        for position, source in enumerate(self.optional, start=1):
            if source not in published:
                message = f"is {source!r}; only a source of the layer {PUBLISHED} is optional"
                raise problem(message, "optional", str(position))
        if self.optional and not set(published) - set(self.optional):
            raise problem(f"has all sources of {PUBLISHED}; take one out", "optional")
        return self


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

    def fail_in(self, section: str) -> Callable[[Keys, str], NoReturn]:
        """Make what is called for a slip in a section: it names file, line and key."""

        def fail(keys: Keys, message: str) -> NoReturn:
            configfile.read(self.path).fail((section, *keys), message)

        return fail

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
    document = configfile.read(path, content)
    file = configfile.check(_File, document.content, fail=document.fail, context=sources)
    if file.id != path.stem:
        document.fail(("id",), f"is {file.id!r}; make it {path.stem!r}, as the file")
    return Recipe(**dict(file), path=path)
