"""How sure a rank is, in words: the same words on every page."""

import pandas as pd
import streamlit as st

from dashboard.view.text import plain
from geodata.i18n import mark, number, percent, say
from geodata.i18n.message import tell
from pipelines.priority.analysis import Analysis
from pipelines.priority.robustness import TIERS

EXPLAINED = mark(
    "Each replicate ranks all areas again with other choices that are as defensible: every weight up to a quarter "
    "higher or lower, other ways to put indicators on one scale and to average them. An area that stays on the list "
    "whatever is chosen is firm. What all replicates share, such as errors in the data, is not in this figure: "
    "Data and methods."
)


def sentence(analysis: Analysis) -> str:
    """Say what the tiers are."""
    bounds = (
        say("{tier} in at least {share}", tier=say(name), share=percent(100 * least)) for name, least in TIERS.items()
    )
    return say(
        "An area is {bounds} of {draws} replicates among the first {k} of all areas by gap (seed {seed}).",
        bounds=", ".join(bounds),
        draws=number(analysis.draws),
        k=number(analysis.k),
        seed=analysis.seed,
    )


def basis(analysis: Analysis) -> None:
    """Say what need, resources, gap and tiers on a page rest on."""
    weighting = say("Weighting: {title}; change it on the map.", title=plain(tell(analysis.configuration.title)))
    st.caption(f"{weighting} {sentence(analysis)}", help=say(EXPLAINED))


def tiers(analysis: Analysis, area_ids: pd.Index) -> pd.Series:
    """Tier of areas in words; missing where an area is not scorable."""
    texts = [None if pd.isna(tier) else say(tier) for tier in analysis.tiers(area_ids)]
    return pd.Series(texts, index=area_ids, dtype=str)


def intervals(analysis: Analysis, area_ids: pd.Index) -> pd.Series:
    """Places that 90 % of the replicates lie between, as text, such as 3–18; missing where an area is not scorable."""
    bounds = analysis.robustness.frame.loc[area_ids, ["rank_low", "rank_high"]].itertuples(index=False)
    texts = [None if pd.isna(low) else f"{number(low)}–{number(high)}" for low, high in bounds]
    return pd.Series(texts, index=area_ids, dtype=str)


def verdict(analysis: Analysis, area_id: str) -> None:
    """Say how sure the place of one area is."""
    if area_id in analysis.scores.not_scorable.index:
        return
    here = pd.Index([area_id])
    tier, interval = tiers(analysis, here).iloc[0], intervals(analysis, here).iloc[0]
    probability = analysis.robustness.frame["probability"][area_id]
    st.markdown(
        say(
            "{tier} (first {k}): place {place}, {interval} in 9 of 10 replicates; listed in {share} of them.",
            tier=f"**{plain(tier[:1].upper() + tier[1:])}**",
            k=number(analysis.k),
            place=number(analysis.ranks[area_id]),
            interval=interval,
            share=percent(100 * probability, 1),
        ),
        help=f"{sentence(analysis)} {say(EXPLAINED)}",
    )
