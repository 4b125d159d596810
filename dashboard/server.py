"""The whole server: `streamlit run dashboard/server.py` gives the dashboard, and the API for other tools at /api."""

import sys
from pathlib import Path

# Streamlit puts the folder of this script on the path, not the project's own.
ROOT = str(Path(__file__).resolve().parent.parent)
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)

import streamlit as st  # noqa: E402
from starlette.routing import Mount  # noqa: E402

from dashboard.api import routes  # noqa: E402

app = st.App(Path(__file__).with_name("app.py"), routes=[Mount(routes.PATH, routes.application())])
