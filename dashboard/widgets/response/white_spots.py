"""White spots: areas where a theme is needed and no project of it is known."""

import pandas as pd
import streamlit as st

from dashboard.data import Loaded
from dashboard.maps.choropleth import show
from dashboard.maps.layers import Layer, draw_legend, paint
from dashboard.view import session
from dashboard.view.options import SPOTS
from dashboard.widgets.response.matches import downloads
from dashboard.widgets.shared import regions
from dashboard.widgets.shared.table import written
from geodata.i18n import mark, number, say
from pipelines.response.matching import suggestions
from pipelines.response.matching.territory import Matching
from pipelines.response.matching.white_spots import HIGH, STATES

STATE_PALETTE = ("#993404", "#fe9929", "#41b6c4", "#ecebe6")
STATE_LABELS = (
    mark("white spot: much needed, none known near or in areas like it"),
    mark("much needed, known in areas like it"),
    mark("much needed, known within reach"),
    mark("not much needed"),
)
LIMITS = (15, 30, 45, 60)


@st.cache_data(max_entries=100, show_spinner=False)
def _white_spots(_matching: Matching, version: str, theme: str, minutes: int) -> pd.Series:  # noqa: ARG001
    return _matching.white_spots(theme, minutes)


def draw(loaded: Loaded, matching: Matching, attribution: str) -> None:
    """Draw the choice of a theme and a limit, the map of its white spots and their list."""
    themes = [theme for theme, indicators in matching.needs.used.items() if indicators]
    if not themes:
        st.info(say("No theme can be judged in this territory."), icon=":material/search_off:")
        return
    # A territory without travel times knows projects in the area itself alone.
    limits = [limit for limit in LIMITS if limit <= matching.limit] or [0]
    subject = session.view().response[1:] or (themes[0], str(limits[-1]))
    theme = subject[0] if subject[0] in themes else themes[0]
    minutes = int(subject[1]) if int(subject[1]) in limits else limits[-1]
    st.session_state["response-theme"], st.session_state["response-minutes"] = theme, minutes

    def look() -> None:
        reach = st.session_state.get("response-minutes", minutes)
        session.change(response=(SPOTS, st.session_state["response-theme"], str(reach)))

    left, right = st.columns(2)
    left.selectbox(say("Theme"), themes, format_func=say, key="response-theme", on_change=look)
    if any(limits):
        right.segmented_control(
            say("A known project is within reach up to"),
            limits,
            format_func=lambda limit: say("{minutes} min", minutes=number(limit)),
            required=True,
            key="response-minutes",
            on_change=look,
        )
    states = _white_spots(matching, loaded.content, theme, minutes)
    layer = _layer(loaded, matching, theme, states)
    map_side, list_side = st.columns([11, 10], gap="medium")
    with map_side:
        show(
            loaded.files,
            paint(loaded, layer, selected=session.view().area),
            attribution=attribution,
            height=480,
            key="white-spots",
        )
        draw_legend(layer)
    with list_side:
        spots = suggestions.for_theme(matching, theme, minutes, states).tables["white_spots"]
        st.markdown(say("**{count}** white spots of {theme}", count=number(len(spots)), theme=say(theme)))
        rows = spots.head(300)
        st.dataframe(
            written(
                pd.DataFrame(
                    {
                        "area": rows["area"],
                        "region": rows["area_id"].map(regions.where(loaded)),
                        "people": rows["population"],
                        "need": rows["theme_need"],
                    }
                ),
                {"people": 0, "need": 0},
            ),
            hide_index=True,
            height=440,
            column_config={
                "area": st.column_config.TextColumn(say("Area")),
                "region": st.column_config.TextColumn(say("Region")),
                "people": st.column_config.NumberColumn(say("People")),
                "need": st.column_config.NumberColumn(say("Need, 0 to 100")),
            },
            alt=say("White spots"),
        )
        st.caption(
            say(
                "Need of {high} or more, no known project of the theme within reach, and none in areas like it. The "
                "first 300 are shown; files hold all.",
                high=number(HIGH),
            )
        )
    downloads("white-spots", lambda: suggestions.for_theme(matching, theme, minutes, states))


def _layer(loaded: Loaded, matching: Matching, theme: str, states: pd.Series) -> Layer:
    order = loaded.table.index
    codes = states.reindex(order).map({state: code for code, state in enumerate(STATES)}).fillna(-1).astype(int)
    need = matching.needs.values[theme].reindex(order)
    gap = say("The need for its themes cannot be judged here")
    return Layer(
        kind="classes",
        title=say("Where {theme} is needed and not known", theme=say(theme)),
        name=say("Need for {theme}", theme=say(theme)),
        unit="",
        decimals=0,
        values=tuple(None if pd.isna(value) else float(value) for value in need),
        codes=tuple(codes),
        palette=STATE_PALETTE,
        labels=tuple(map(say, STATE_LABELS)),
        named=True,
        reasons=tuple(gap if code < 0 else "" for code in codes),
    )
