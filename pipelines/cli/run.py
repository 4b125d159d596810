"""`run`: the dashboard and the API."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from geodata.extras import extra
from pipelines.cli.build import ensure
from pipelines.cli.port import check

PORT = 8501


def run(
    port: Annotated[int, typer.Option(help="Port of the dashboard.", min=1, max=65535)] = PORT,
) -> None:
    """Build the bundled territory if missing or stale, then open the dashboard and the API."""
    with extra("dashboard", "The dashboard"):
        # Found, not imported: a pipeline knows no screen.
        if find_spec("streamlit") is None:
            raise ModuleNotFoundError(name="streamlit")
    ensure()
    check(port, another=f"rural-map run --port {port + 1}")
    spec = find_spec("dashboard")
    assert spec is not None and spec.origin is not None
    server = Path(spec.origin).with_name("server.py")
    # In the place of this process, so that what ends it ends the dashboard.
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", str(server), "--server.port", str(port)])
