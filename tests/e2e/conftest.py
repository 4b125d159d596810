"""A running Streamlit and a browser without internet."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from tests.e2e.waiting import Runs

# A busy machine is no failure: what is fast enough is measured in benchmarks.
expect.set_options(timeout=30_000)

# An app, not a module of examples.
collect_ignore = ["mapdemo.py"]

ROOT = Path(__file__).parents[2]
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # WebGL without a graphics card; pages are put together without it, which takes less of the processors.
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-gpu-compositing",
]


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """Start Streamlit on a script; called again with the same arguments it gives the running one.

    ``serve(script, *options, env={...})`` returns the base address, such as ``http://127.0.0.1:40001``.
    """
    running: dict[object, str] = {}
    processes: list[subprocess.Popen[bytes]] = []

    def start(script: Path, *options: str, env: Mapping[str, str] | None = None) -> str:
        identity = (script, options, tuple(sorted((env or {}).items())))
        if identity not in running:
            log = tmp_path_factory.mktemp("serve") / "streamlit.log"
            process, running[identity] = _launch(script, options, env or {}, log)
            processes.append(process)
            _wait(process, running[identity], log)
        return running[identity]

    yield start
    for process in processes:
        os.killpg(process.pid, signal.SIGTERM)
    for process in processes:
        process.wait(10)


def _launch(
    script: Path, options: tuple[str, ...], env: Mapping[str, str], log: Path
) -> tuple[subprocess.Popen[bytes], str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
    command += ["--server.address=127.0.0.1", "--server.headless=true", "--browser.gatherUsageStats=false"]
    command += ["--server.enableStaticServing=true", "--server.fileWatcherType=none", *options]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **env},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    prefix = "--server.baseUrlPath="
    below = next((f"/{option.removeprefix(prefix)}" for option in options if option.startswith(prefix)), "")
    return process, f"http://127.0.0.1:{port}{below}"


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    for _ in range(150):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health"):
                return
        except urllib.error.URLError:
            time.sleep(0.2)
    pytest.fail(f"Streamlit did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium, or a skipped test where there is none."""
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, problems: list[str]) -> Iterator[Page]:
    """An empty page, 1280 x 900, that reaches this machine only; `problems` tells what went wrong on it."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})

    def guard(route: Route) -> None:
        if urlsplit(route.request.url).hostname in {"127.0.0.1", "localhost"}:
            route.continue_()
        else:
            problems.append(f"asked the internet for {route.request.url}")
            route.abort()

    context.route("**/*", guard)
    fresh = context.new_page()
    fresh.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    fresh.on("pageerror", lambda error: problems.append(str(error)))
    yield fresh
    context.close()


@pytest.fixture
def runs(page: Page) -> Runs:
    """Runs of the script that this test's page takes."""
    return Runs(page)


@pytest.fixture
def problems() -> list[str]:
    """Console errors, uncaught errors and requests to other machines of this test's page."""
    return []
