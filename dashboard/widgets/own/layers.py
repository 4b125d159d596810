"""Own layers in use: what they are, how to see them, keep them and remove them."""

import pandas as pd
import streamlit as st

from dashboard.data import Loaded, own_points, saved_layers
from dashboard.view import session
from dashboard.view.text import plain, refused
from geodata.i18n import mark, number, say, says
from pipelines.areas.own import Own
from pipelines.userdata import storage
from pipelines.userdata.reading import Imported

KINDS = {"services": mark("Services"), "projects": mark("Projects"), "indicator": mark("An indicator of areas")}

MOST = 200  # rows of an own layer that are listed for an area


def in_use(loaded: Loaded) -> None:
    """List the own layers of the territory looked at, each with what can be done with it."""
    problems = saved_layers(loaded.territory.id)[1]
    for problem in problems:
        st.warning(refused(problem), icon=":material/error:")
    if not loaded.own:
        st.caption(say("There are none yet."))
    for layer in loaded.own:
        with st.container(border=True):
            text, show, keep, remove = st.columns([6, 2, 2, 2], vertical_alignment="center")
            text.markdown(f"**{plain(layer.name)}** · {say(KINDS[layer.kind])}")
            text.caption(plain(description(layer)))
            if show.button(say("Show on the map"), key=f"own-show-{layer.name}", width="stretch"):
                look_at(layer)
            if not layer.saved and keep.button(
                say("Save"),
                key=f"own-save-{layer.name}",
                width="stretch",
                help=say("Keep it with the territory: everyone who opens this territory here sees it."),
            ):
                save(layer, loaded.territory.id)
                st.rerun()
            if remove.button(say("Remove"), key=f"own-remove-{layer.name}", width="stretch"):
                take_away(layer, loaded.territory.id)
                st.rerun()


def description(layer: Own) -> str:
    """Say how large an own layer is, where it came from and where it lives."""
    rows = says("{count} row", "{count} rows", len(layer.layer))
    home = say("kept with the territory") if layer.saved else say("in this session only")
    return say("{rows} of {file}, own data, {home}", rows=rows, file=layer.file, home=home)


def look_at(layer: Own) -> None:
    """Show an own layer on the map: points as points, an indicator as the layer."""
    if layer.kind == "indicator":
        session.change(layer=layer.id)
    else:
        session.change(points=tuple(dict.fromkeys((*session.view().points, own_points(layer.name)))))
    st.switch_page("views/map.py")


def take_away(layer: Own, territory: str) -> None:
    """Remove an own layer from the territory or from the session; the view looks away from it."""
    if not layer.saved:
        session.drop_own(layer.name)
    elif layer.name in storage.names(territory):
        storage.remove(layer.name, territory=territory)


def save(layer: Own, territory: str) -> None:
    """Move an own layer from the session to the territory."""
    nothing = pd.DataFrame()
    imported = Imported(layer.kind, layer.layer, nothing, nothing, (), provenance=layer.provenance)
    storage.save(imported, layer.name, territory=territory)
    session.drop_own(layer.name)


def here(loaded: Loaded, area_id: str) -> None:
    """List the rows of own layers that lie in an area."""
    for layer in loaded.own:
        if layer.kind == "indicator":
            continue
        rows = layer.layer[loaded.areas_of[own_points(layer.name)] == area_id]
        where = says("{count} row in this area", "{count} rows in this area", len(rows))
        st.markdown(f"**{plain(layer.name)}** · {say(KINDS[layer.kind])} · {where}")
        st.caption(plain(description(layer)))
        if len(rows):
            kind = "category" if layer.kind == "services" else "themes"
            st.dataframe(
                pd.DataFrame({say("Name"): rows["name"], say("What"): rows[kind]}).head(MOST),
                hide_index=True,
                alt=say("Rows of {name} in this area", name=layer.name),
            )
        if len(rows) > MOST:
            st.caption(say("The first {count} of them.", count=number(MOST)))
