"""The weighting: a preset, a slider for each dimension, and the length of the list."""

import streamlit as st

from dashboard.data import Loaded
from dashboard.view import session
from dashboard.view.keys import Key
from dashboard.view.state import ViewState
from geodata.errors import InputError
from geodata.i18n import mark, say
from geodata.i18n.message import tell
from pipelines.priority import configuration
from pipelines.priority.analysis import HEAVIEST, dimensions, reweigh

COUNTS = {"need": mark("What counts as need"), "resources": mark("What counts as resources")}
STEP = 0.25


def weights(view: ViewState, loaded: Loaded) -> None:
    """Draw the controls of the weighting in an expander whose title says what holds."""
    with st.expander(
        say("Weights: {title}", title=tell(session.weighting().title)), icon=":material/tune:", key="weights"
    ):
        own = str(loaded.manifest["index"])
        key = "filter-weighting"
        st.session_state[key] = view.weighting or own
        st.selectbox(
            say("Preset"),
            [*loaded.presets],
            key=key,
            format_func=lambda name: tell(loaded.presets[name].title),
            on_change=lambda: session.change(
                weighting="" if st.session_state[key] == own else st.session_state[key], weights=()
            ),
        )
        _sliders()
        length = "filter-k"
        st.session_state[length] = session.length(loaded)
        st.number_input(
            say("List of"),
            min_value=1,
            max_value=len(loaded.table),
            step=10,
            key=length,
            on_change=lambda: session.change(k=st.session_state[length]),
            help=say(
                "Length of the list that tiers and near misses are about: the highest gaps of the whole territory."
            ),
        )
        first, second = st.columns(2)
        first.button(
            say("Reset"),
            icon=":material/undo:",
            key="weights-reset",
            disabled=not view.weights,
            on_click=session.change,
            kwargs={"weights": ()},
            help=say("Back to the weights of the preset."),
            width="stretch",
        )
        second.download_button(
            say("Save"),
            data=configuration.dump(session.weighting()),
            file_name="configuration.yaml",
            mime="application/yaml",
            icon=":material/download:",
            on_click="ignore",
            key="weights-save",
            help=say("Save as configuration: the file that `python -m pipelines rank --config` reads."),
            width="stretch",
        )


def _sliders() -> None:
    """Draw a slider for each dimension; what they stand for together is taken over, or refused with a notice."""
    keys = {key: f"weight-{'-'.join(key)}" for key in dimensions(session.preset())}

    def changed() -> None:
        values = tuple(float(st.session_state[key]) for key in keys.values())
        try:
            new = reweigh(session.preset(), values)
        except InputError as error:
            st.session_state[Key.WEIGHTS_PROBLEM] = str(error)
        else:
            session.change(weights=() if new == session.preset() else values)

    refused = st.session_state.pop(Key.WEIGHTS_PROBLEM, None)
    if refused:
        st.warning(f"{refused} {say('The weights before hold.')}", icon=":material/balance:")
    for index in session.preset().indices:
        st.caption(say(COUNTS[index]))
        for (of, dimension), weight in dimensions(session.weighting()).items():
            if of == index:
                key = keys[of, dimension]
                st.session_state[key] = weight
                st.slider(say(dimension), 0.0, HEAVIEST, step=STEP, key=key, on_change=changed)
