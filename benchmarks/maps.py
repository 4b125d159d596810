"""Our map beside folium's own GeoJson, pydeck and lonboard: first picture, change of colours, memory a further user.

    python -m benchmarks.maps [--all]

8,000 and 100,000 polygons of twelve corners with wavy shared borders, drawn by hand for the purpose, in a Streamlit
page in headless Chromium. Painted means: the picture has the palette's colours and no longer changes. Peers draw 8,000
areas; with ``--all`` also 100,000, given up after `PATIENCE` seconds. lonboard is not in the requirements (`pip install
lonboard streamlit-lonboard`), else its row is left out. WebGL is drawn by SwiftShader, without a graphics card.
"""

import io
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from rich.console import Console
from rich.table import Table

from pipelines.build import display

ROOT = Path(__file__).parent.parent
PAGE = Path(__file__).parent / "pages" / "mappage.py"
FLAGS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
FLAGS += ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
PATIENCE = 180
USERS = 5
ORANGE, BLUE = (254, 153, 41), (158, 154, 200)


def territory(count: int) -> gpd.GeoDataFrame:
    """Draw about `count` polygons between 10 W and 30 E, 36 and 66 N: a bent grid, four corners a side."""
    rng = np.random.default_rng(0)
    columns = round((count * 4 / 3) ** 0.5)
    rows = round(count / columns)
    x, y = np.meshgrid(np.linspace(-10, 30, columns + 1), np.linspace(36, 66, rows + 1))
    corner = np.stack([x, y], -1)
    step = np.array([40 / columns, 30 / rows])
    corner = corner + rng.normal(0, 0.15, corner.shape) * step

    def between(first: np.ndarray, last: np.ndarray) -> list[np.ndarray]:
        return [first + (last - first) * part / 3 + rng.normal(0, 0.06, first.shape) * step for part in (1, 2)]

    flat, steep = between(corner[:, :-1], corner[:, 1:]), between(corner[:-1], corner[1:])
    ring = [corner[:-1, :-1], flat[0][:-1], flat[1][:-1], corner[:-1, 1:], steep[0][:, 1:], steep[1][:, 1:]]
    ring += [corner[1:, 1:], flat[1][1:], flat[0][1:], corner[1:, :-1], steep[1][:, :-1], steep[0][:, :-1]]
    shapes = shapely.polygons(np.stack([*ring, ring[0]], -2).reshape(-1, 13, 2))
    codes = [f"{at:06d}" for at in range(len(shapes))]
    return gpd.GeoDataFrame({"area_id": codes, "name": [f"Area {code}" for code in codes]}, geometry=shapes, crs=4326)


def prepare(count: int, folder: Path) -> float:
    """Write what the page needs; return the seconds that the display geometry took."""
    areas = territory(count)
    areas.to_parquet(folder / "areas.parquet")
    nothing = json.dumps({"type": "FeatureCollection", "features": []})
    for name in ("regions", "basemap"):
        (folder / f"{name}.geojson").write_text(nothing)
    start = time.perf_counter()
    name, content = display.areas_file(areas, gpd.GeoDataFrame({"level": []}, geometry=[], crs=4326))
    (folder / name).write_bytes(content)
    shutil.copy(PAGE, folder)
    return time.perf_counter() - start


@contextmanager
def served(script: Path, **environment: str) -> Iterator[tuple[str, int]]:
    """Address and process id of a running page."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
    process = subprocess.Popen(
        [*command, "--server.address=127.0.0.1", "--server.headless=true", "--server.fileWatcherType=none"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(150):
            try:
                urllib.request.urlopen(f"{address}/_stcore/health").close()
                break
            except OSError:
                time.sleep(0.2)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait()


def painted(page: Page, colour: tuple[int, int, int], start: float) -> float | None:
    """Seconds from `start` until the picture shows a colour and stands still; None when it takes too long."""
    last, since = b"", start
    while time.perf_counter() - start < PATIENCE:
        shot = page.screenshot()
        if shot != last:
            last, since = shot, time.perf_counter()
            continue
        pixels = np.asarray(Image.open(io.BytesIO(shot)).convert("RGB")).astype(int)
        if (np.abs(pixels - colour).max(axis=2) < 6).sum() > 2000:
            return since - start
        page.wait_for_timeout(100)
    return None


def measure(browser: Browser, address: str) -> tuple[float | None, float | None, float]:
    """Seconds to the first picture, seconds to other colours, and MB on the socket by then."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    received: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))))
    start = time.perf_counter()
    page.goto(address)
    first = painted(page, ORANGE, start)
    change = None
    if first is not None:
        page.wait_for_timeout(1000)
        start = time.perf_counter()
        page.get_by_text("blue", exact=True).click()
        change = painted(page, BLUE, start)
    page.close()
    return first, change, sum(received) / 1e6


def memory(process: int) -> float:
    """Resident memory of a process in MB."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def further_users(browser: Browser) -> tuple[float, float]:
    """MB of the dashboard's server on Italy with one user, and what each of `USERS` more adds."""
    subprocess.run([sys.executable, "-m", "pipelines", "ensure"], cwd=ROOT, check=True)
    with served(ROOT / "dashboard" / "app.py") as (address, process):
        sizes, contexts = [], []
        for _ in range(USERS + 2):
            contexts.append(browser.new_context(viewport={"width": 1280, "height": 800}))
            page = contexts[-1].new_page()
            page.goto(address)
            page.frame_locator("iframe").locator("#map_div[aria-busy=false]").wait_for(timeout=PATIENCE * 1000)
            page.wait_for_timeout(1500)
            sizes.append(memory(process))
        for context in contexts:
            context.close()
    # The first user's visit loads what all share, the second warms the allocator.
    return sizes[1], (sizes[-1] - sizes[1]) / USERS


def main() -> None:
    libraries = ["ours", "folium", "pydeck", *(["lonboard"] if find_spec("streamlit_lonboard") else [])]
    table = Table("areas", "library", "first map s", "aim s", "change s", "aim s", "MB on the socket", title="Maps")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for count, aims in ((8_000, ("6", "2")), (100_000, ("8", "3"))):
            with tempfile.TemporaryDirectory() as name:
                seconds = prepare(count, Path(name))
                chosen = libraries if count < display.LARGE or "--all" in sys.argv else ["ours"]
                for library in chosen:
                    with served(Path(name) / PAGE.name, MAPS_FOLDER=name, MAPS_LIBRARY=library) as (address, _):
                        measure(browser, address)  # the first visit imports the library
                        first, change, size = measure(browser, address)
                    own = aims if library == "ours" else ("", "")
                    told = [f"{value:.1f}" if value is not None else f"> {PATIENCE}" for value in (first, change)]
                    table.add_row(f"{count:,}", library, told[0], own[0], told[1], own[1], f"{size:.2f}")
            print(f"Display geometry of {count:,} areas: {seconds:.1f} s")
        Console().print(table)
        one, each = further_users(browser)
        browser.close()
    print(f"Dashboard on Italy: {one:.0f} MB with one user, {each:.1f} MB a further user (aim: 50)")
    if "lonboard" not in libraries:
        print("lonboard is left out: pip install lonboard streamlit-lonboard")


if __name__ == "__main__":
    main()
