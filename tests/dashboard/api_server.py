"""The API at a port of its own, for the time of some tests."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from dashboard.api import routes
from geodata import store


@contextmanager
def serving(root: Path) -> Iterator[str]:
    """Serve the territories built in a folder, and give the address."""
    app = Starlette(routes=[Mount(routes.PATH, routes.application())])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(store.ENVIRONMENT, str(root))
        thread.start()
        for _ in range(200):
            if server.started:
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/api"
        server.should_exit = True
        thread.join(10)
