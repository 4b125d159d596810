"""What a page prints: dark on white whatever the theme, or one part of it, on one sheet."""

import streamlit as st

# The rest keeps its place and is not seen; what would reach beyond the first sheet is cut off.
STYLE = """<style>
@media print {
    @page { size: A4; margin: 10mm; }
    html, body, #root { height: 99vh; overflow: hidden; }
    body * { visibility: hidden; }
    .st-key-sheet, .st-key-sheet * { visibility: visible; }
    .st-key-sheet { position: fixed; inset: 0; width: 100%; background: #fff; }
    .st-key-sheet button { visibility: hidden; }
}
</style>"""

# Dark ink on white. Tables and charts are pictures drawn for a dark ground, so light and dark change places in them;
# maps and their legends are the same in both themes.
DARK = """<style>
@media print {
    html, body, .stApp, .stApp [data-testid="stMain"], .stApp .st-key-sheet { background: #fff !important; }
    .stApp :not([data-map-class], [data-map-class] *) { color: #1b2329 !important; }
    .stApp [data-testid="stAlertContainer"] { background: none !important; border: 1px solid #7d8890; }
    [data-testid="stDataFrame"], [data-testid="stVegaLiteChart"] { filter: invert(1) hue-rotate(180deg); }
}
</style>"""


def paper() -> None:
    """Have a page that is dark on the screen printed dark on white."""
    if st.context.theme.type == "dark":
        st.html(DARK)


def sheet() -> st.delta_generator.DeltaGenerator:
    """Return a container for what the page prints."""
    st.html(STYLE)
    return st.container(key="sheet")
