"""The dashboard as a planner meets it, in headless Chromium: time to the painted map, bytes on the socket.

    python -m benchmarks.dashboard

Painted means: the canvas of the areas shows the new picture, seen by a digest of its pixels that no longer changes.
"""

import os
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Frame, Page, sync_playwright
from rich.console import Console
from rich.table import Table

PORT = 8765
ADDRESS = f"http://127.0.0.1:{PORT}"
ROOT = Path(__file__).parent.parent
FLAGS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
RUNS = 5
DIGEST = """() => {
    const canvas = document.querySelector(".leaflet-overlay-pane canvas");
    if (!canvas || !canvas.width) return "";
    const bytes = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    const colours = new Set();
    let sum = 0;
    for (let at = 0; at < bytes.length; at += 16) {
        sum = (sum * 31 + bytes[at] + bytes[at + 1]) | 0;
        colours.add(bytes[at]);
    }
    return colours.size > 20 ? String(sum) : "";
}"""


@contextmanager
def dashboard() -> Iterator[int]:
    """Run the dashboard; gives the id of its process."""
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/app.py", f"--server.port={PORT}"]
    process = subprocess.Popen(
        [*command, "--server.address=127.0.0.1", "--server.fileWatcherType=none"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ,
    )
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"{ADDRESS}/_stcore/health").close()
                break
            except OSError:
                time.sleep(0.2)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def map_frame(page: Page) -> Frame:
    while True:
        for frame in page.frames:
            if "streamlit_folium" in frame.url:
                return frame
        page.wait_for_timeout(50)


def painted(frame: Frame, before: str = "") -> str:
    """Wait until the picture differs from the one before and stands still; return its digest."""
    last, still = "", 0
    while still < 2:
        now = frame.evaluate(DIGEST)
        still = still + 1 if now and now == last and now != before else 0
        last = now
        frame.wait_for_timeout(50)
    return last


def first_view(browser: Browser) -> float:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    start = time.perf_counter()
    page.goto(ADDRESS)
    painted(map_frame(page))
    seconds = time.perf_counter() - start
    context.close()
    return seconds


def choose(page: Page, label: str, title: str) -> None:
    box = page.get_by_role("combobox", name=label, exact=True)
    box.click()
    box.fill(title)
    page.get_by_role("option", name=title).first.click()


def press(page: Page, dimension: str, key: str) -> None:
    page.get_by_role("slider", name=dimension).press(key)


def changes(browser: Browser) -> dict[str, tuple[list[float], list[int]]]:
    """Times and socket bytes of changes of layer and of filter."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    received: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))))
    page.goto(ADDRESS)
    frame = map_frame(page)
    picture = painted(frame)
    groups = ("Age", "Remoteness", "Access", "People", "Priority")
    layers = ("Need", "Need and resources", "Resources", "Tier", "Gap")
    weights = (("Age", "End"), ("People", "Home"), ("Remoteness", "End"), ("Services", "End"), ("Age", "Home"))
    actions: dict[str, list[Callable[[], None]]] = {
        "group": [lambda title=title: choose(page, "Group", title) for title in groups],
        "layer": [lambda title=title: choose(page, "Layer", title) for title in layers],
        "weights": [lambda name=name, key=key: press(page, name, key) for name, key in weights],
        "filter": [
            lambda name=name: page.get_by_text(name, exact=True).first.click()
            for name in ("rural area", "town or suburb", "rural area", "city", "town or suburb")
        ],
    }
    page.get_by_text("Weights: Balanced").click()
    result: dict[str, tuple[list[float], list[int]]] = {}
    for kind, steps in actions.items():
        times, sizes = [], []
        for step in steps:
            page.wait_for_timeout(1000)
            received.clear()
            start = time.perf_counter()
            step()
            picture = painted(frame, picture)
            times.append(time.perf_counter() - start)
            page.wait_for_timeout(500)
            sizes.append(sum(received))
        result[kind] = (times, sizes)
    page.close()
    return result


def main() -> None:
    subprocess.run([sys.executable, "-m", "pipelines", "ensure"], cwd=ROOT, check=True)
    with dashboard(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        first_view(browser)
        views = [first_view(browser) for _ in range(RUNS)]
        measured = changes(browser)
        browser.close()
    table = Table(
        "what", "median s", "worst s", "aim s", "most kB on the socket", "aim kB", title="Dashboard, 7,901 areas"
    )
    table.add_row("first full map, warm server", *_seconds(views), "6", "", "")
    for kind, (times, sizes) in measured.items():
        table.add_row(f"change of {kind} to painted map", *_seconds(times), "2", f"{max(sizes) / 1000:.0f}", "200")
    Console().print(table)


def _seconds(times: list[float]) -> tuple[str, str]:
    return f"{statistics.median(times):.2f}", f"{max(times):.2f}"


if __name__ == "__main__":
    main()
