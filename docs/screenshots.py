"""Take the pictures of the documentation from the running dashboard.

make run &
python docs/screenshots.py http://localhost:8501
"""

import sys
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent))
from geodata import store

IMAGES = Path(__file__).parent / "images"
FLAGS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
BASILICATA = "region=ITF5&area=077027&list=077027,076097,076019"
# The list of the worked story, and the question where its unit should stop.
TEN = "076016,076026,076020,076019,077025,076075,076055,077002,076027,077027"
STORY = f"region=ITF5&weighting=health&list={TEN}"
STOPS = "sites=hospital,mclp,45,2,people_65_plus,exact"
PICTURES = {
    "map": (f"?{BASILICATA}&layer=need_x_resources&points=hospital,projects", 1000),
    "area": (f"area?{BASILICATA}", 1500),
    "shortlist": (f"shortlist?{STORY}", 1200),
    "compare": (f"compare?{BASILICATA}", 1100),
    "response": (f"response?{STORY}&area=077027", 1300),
    "sites": (f"sites?{STORY}&{STOPS}", 1300),
    "scenarios": (f"?{STORY}", 1300),
    "projects": ("projects", 1000),
    "methods": ("methods", 1200),
}
# What the story takes into a scenario: the first of the proposed stops.
SCENARIO = """name: Mobile health service, stop at Roccanova
territory: italy
version: {version}
changes:
  - {{do: add service, category: hospital, name: Mobile health service, at: "3169161"}}
"""
# A list as a planner has it: decimal commas, a swapped pair, names of places only, one of them unknown.
TABLE = """Progetto;Comune;Latitudine;Longitudine;Temi;Inizio
Navetta a chiamata;;40,42;16,23;mobilita;2019
Orto sociale;Stigliano;;;agricoltura sociale;2021
Sportello salute;;16,30;40,50;salute;2020
Doposcuola;Castro;;;istruzione;2022
Bottega;Acettura;;;commercio;2023
Forno;Atlantide;;;cibo;2018
"""


def own(browser: Browser, address: str, scheme: Literal["light", "dark"], folder: Path) -> None:
    """Take the pictures of a planner's own table: how it was read, and its points on the map."""
    page = browser.new_page(viewport={"width": 1440, "height": 1000}, color_scheme=scheme)
    page.goto(f"{address}/?region=ITF5")
    page.get_by_text("131 areas by gap").wait_for(timeout=60_000)
    page.get_by_role("link", name="My data").click()
    page.get_by_role("radio", name="Projects").click()
    file = {"name": "progetti.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("heading", name="What becomes of the rows").wait_for()
    page.wait_for_timeout(4000)
    page.get_by_role("heading", name="What was found").scroll_into_view_if_needed()
    height = page.get_by_test_id("stMain").evaluate("main => main.scrollHeight")
    page.set_viewport_size({"width": 1440, "height": height})
    page.wait_for_timeout(3000)
    page.screenshot(path=folder / "own.png")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("button", name="Use in this session").click()
    page.get_by_role("button", name="Show on the map").last.click()
    page.wait_for_timeout(8000)
    page.screenshot(path=folder / "own-map.png")
    page.close()


def scenario(page: Page) -> None:
    """Open the scenario of the story on its page."""
    page.get_by_role("link", name="Scenarios").click()
    content = SCENARIO.format(version=store.open_territory("italy").version)
    file = {"name": "mobile.yaml", "mimeType": "application/yaml", "buffer": content.encode()}
    page.locator("input[type=file]").last.set_input_files(file, timeout=60_000)
    page.wait_for_timeout(25_000)


def main(address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
        for scheme in schemes:
            folder = IMAGES if scheme == "light" else IMAGES / scheme
            folder.mkdir(exist_ok=True)
            for name, (path, height) in PICTURES.items():
                page = browser.new_page(viewport={"width": 1440, "height": height}, color_scheme=scheme)
                page.goto(f"{address}/{path}")
                page.wait_for_timeout(20_000 if name in ("response", "sites") else 9_000)
                if name == "scenarios":
                    scenario(page)
                page.screenshot(path=folder / f"{name}.png")
                page.close()
            own(browser, address, scheme, folder)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
