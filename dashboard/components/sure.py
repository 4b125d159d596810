"""How sure a rank is, in words: the same words on every page."""

import pandas as pd
import streamlit as st

from dashboard.components.text import plain
from pipelines.priority.analysis import Analysis
from pipelines.priority.robustness import TIERS

EXPLAINED = (
    "Each replicate ranks all areas again with other choices that are as defensible: every weight up to a quarter "
    "higher or lower, other ways to put indicators on one scale and to average them. An area that stays on the list "
    "whatever is chosen is firm. What all replicates share, such as errors in the data, is not in this figure: "
    "Data and methods."
)


def sentence(analysis: Analysis) -> str:
    """Say what the tiers are."""
    bounds = ", ".join(f"{name} in at least {least:.0%}" for name, least in TIERS.items())
    return (
        f"An area is {bounds} of {analysis.draws:,} replicates among the first {analysis.k:,} of all areas by gap "
        f"(seed {analysis.seed})."
    )


def basis(analysis: Analysis) -> None:
    """Say what need, resources, gap and tiers on a page rest on."""
    st.caption(
        f"Weighting: {plain(analysis.configuration.title)}; change it on the map. {sentence(analysis)}", help=EXPLAINED
    )


def intervals(analysis: Analysis, area_ids: pd.Index) -> pd.Series:
    """Places that 90 % of the replicates lie between, as text, such as 3–18; missing where an area is not scorable."""
    found = analysis.robustness.frame.loc[area_ids, ["rank_low", "rank_high"]].itertuples(index=False)
    texts = [None if pd.isna(low) else f"{low:,}–{high:,}" for low, high in found]
    return pd.Series(texts, index=area_ids, dtype=str)


def verdict(analysis: Analysis, area_id: str) -> None:
    """Say how sure the place of one area is."""
    if area_id in analysis.scores.not_scorable.index:
        return
    here = pd.Index([area_id])
    tier, interval = analysis.tiers(here).iloc[0], intervals(analysis, here).iloc[0]
    probability = analysis.robustness.frame["probability"][area_id]
    st.markdown(
        f"**{plain(tier).capitalize()}** (first {analysis.k:,}): place {analysis.ranks[area_id]:,}, {interval} in 9 of "
        f"10 replicates; listed in {probability:.1%} of them.",
        help=f"{sentence(analysis)} {EXPLAINED}",
    )
