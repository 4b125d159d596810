"""`rank`: the areas that come first."""

from typing import Annotated

import typer

from pipelines.cli.options import DataFolder, Draws, Language, Length, ListFile, Seed, TerritoryName, Top, Weighting
from pipelines.cli.progress import progress, write
from pipelines.export import library
from pipelines.priority import analysis


def rank(
    territory: TerritoryName,
    out: ListFile,
    region: Annotated[str, typer.Option(help="Only areas of this NUTS region, such as ITF5.")] = "",
    top: Top = 20,
    by: Annotated[str, typer.Option(help="The indicator to rank by, or `probability`: the surest first.")] = "gap",
    config: Weighting = None,
    k: Length = None,
    draws: Draws = analysis.DRAWS,
    seed: Seed = analysis.SEED,
    sensitivity: Annotated[
        bool, typer.Option("--sensitivity", help="Add to the package what moves the ranks; takes some seconds more.")
    ] = False,
    language: Language = "en",
    data: DataFolder = None,
) -> None:
    """Write the areas that come first, the list that the dashboard shows, as a shortlist package or a briefing."""
    built = library.territory(territory, data=data, build=False)
    with progress(f"Ranking {draws:,} times", total=draws) as bar:
        ranking = built.rank(config, k=k, draws=draws, seed=seed, language=language, progress=bar.count)
        listed = ranking.shortlist(top, region=region, by=by, sensitivity=sensitivity)
        listed.save(out)
    write(f"{len(listed.table)} areas written to {out}")
