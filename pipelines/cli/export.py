"""`export`: areas chosen by hand."""

from typing import Annotated

import typer

from pipelines.cli.options import DataFolder, Draws, Language, Length, ListFile, Seed, TerritoryName, Weighting
from pipelines.cli.progress import progress, write
from pipelines.export import library
from pipelines.priority import analysis


def export(
    territory: TerritoryName,
    areas: Annotated[str, typer.Option(help="Codes of the areas in list order, separated by commas.")],
    out: ListFile,
    config: Weighting = None,
    k: Length = None,
    draws: Draws = analysis.DRAWS,
    seed: Seed = analysis.SEED,
    language: Language = "en",
    data: DataFolder = None,
) -> None:
    """Write chosen areas as a shortlist package or a briefing."""
    built = library.territory(territory, data=data, build=False)
    with progress(f"Ranking {draws:,} times", total=draws) as bar:
        ranking = built.rank(config, k=k, draws=draws, seed=seed, language=language, progress=bar.count)
        listed = ranking.shortlist(areas=[code.strip() for code in areas.split(",") if code.strip()])
        listed.save(out)
    write(f"{len(listed.table)} areas written to {out}")
