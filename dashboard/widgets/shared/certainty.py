"""How sure a rank is, in words: the same words on every page."""

import pandas as pd
import streamlit as st

from dashboard.view.text import plain
from geodata.i18n import mark, number, percent, say
from geodata.i18n.message import tell
from pipelines.priority.analysis import NOT_LISTED, Analysis
from pipelines.priority.ranking import GROUPS
from pipelines.priority.robustness import TIERS

EXPLAINED = mark(
    "Each replicate ranks all areas again with other choices that are as defensible (weights and goalposts up to a "
    "quarter higher or lower, one indicator left out, need and resources put together in another way) and with errors "
    "in the data (travel minutes, chance in small places). An area that stays on the list whatever is drawn is firm."
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
    """Say how sure the place of one area is: in words, with the figures behind them."""
    if area_id in analysis.scores.not_scorable.index:
        return
    here = pd.Index([area_id])
    tier, interval = tiers(analysis, here).iloc[0], intervals(analysis, here).iloc[0]
    ways = analysis.named_ways.loc[area_id]
    figures = say(
        "Place {place}, {interval} in 9 of 10 replicates; listed in {share} of them.",
        place=number(analysis.ranks[area_id]),
        interval=interval,
        share=percent(100 * analysis.robustness.frame["probability"][area_id], 1),
    )
    st.markdown(
        say(
            "{tier} (first {k}): on the list in {ways} of {all} named ways of weighing, and in {drawn} of 10 draws of "
            "the data's errors. Group {group} of {groups} of the territory.",
            tier=f"**{plain(tier[:1].upper() + tier[1:])}**",
            k=number(analysis.k),
            ways=number(int(ways.to_numpy().sum())),
            all=number(len(ways)),
            drawn=number(10 * float(analysis.data_errors.loc[area_id])),
            group=number(analysis.groups[area_id]),
            groups=number(GROUPS),
        ),
        help=f"{figures} {sentence(analysis)} {say(EXPLAINED)}",
    )
    told = [each for level in ("nuts2", "nuts3") if (each := _within(analysis, area_id, level))]
    if told:
        st.caption(" ".join(told))


def _within(analysis: Analysis, area_id: str, level: str) -> str:
    """Say how sure it is that an area is among the first of its region; nothing where it is in none."""
    part = analysis.within_regions[level]
    name = str(analysis.built[f"{level}_name"].fillna("")[area_id])
    if not name or part["probability"].isna()[area_id]:
        return ""
    tier = str(part["tier"].fillna(NOT_LISTED)[area_id])
    first = number(int(part["first"].fillna(0).astype(int)[area_id]))
    return say("In {region}: {tier} (first {first}).", region=plain(name), tier=say(tier), first=first)
