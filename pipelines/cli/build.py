"""`build` and `ensure`: a territory on disk."""

from geodata import recipes
from pipelines.build import run
from pipelines.cli.options import DEFAULT, DataFolder, MirrorFolder, TerritoryName
from pipelines.cli.progress import progress


def build(territory: TerritoryName, mirror: MirrorFolder = None, data: DataFolder = None) -> None:
    """Build a territory by its recipe, from sources that are on disk."""
    recipe = recipes.load(territory)
    kept = "Interrupted; what was built before is unchanged."
    with progress(f"Building {recipe.title}", total=run.STEPS, keep=True, interrupted=kept) as bar:
        version = run.build(recipe, root=data, mirror=mirror, report=bar.step)
        bar.done(f"Built {recipe.title}, version {version}")


def ensure(territory: TerritoryName = DEFAULT, data: DataFolder = None) -> None:
    """Build a territory only when it is missing or stale."""
    if run.is_stale(recipes.load(territory), root=data):
        build(territory, data=data)
