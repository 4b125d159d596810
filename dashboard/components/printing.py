"""What a page prints: one part of it, on one sheet."""

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


def sheet() -> st.delta_generator.DeltaGenerator:
    """Return a container for what the page prints."""
    st.html(STYLE)
    return st.container(key="sheet")
