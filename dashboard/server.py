"""The whole server: `streamlit run dashboard/server.py` gives the dashboard, and the API for other tools at /api.

The API needs the extra `api`; without it the dashboard is served alone.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

# Streamlit puts the folder of this script on the path, not the project's own.
ROOT = str(Path(__file__).resolve().parent.parent)
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)

import streamlit as st  # noqa: E402
from starlette.routing import Mount  # noqa: E402
from starlette.staticfiles import StaticFiles  # noqa: E402

from dashboard import assets  # noqa: E402
from geodata import store  # noqa: E402

mounts = []
if not store.in_checkout():
    mounts.append(Mount("/app/static", StaticFiles(directory=assets.STATIC, check_dir=False)))
if find_spec("pygeoapi") is not None:
    from dashboard.api import routes

    mounts.append(Mount(routes.PATH, routes.application()))
app = st.App(Path(__file__).with_name("app.py"), routes=mounts)
