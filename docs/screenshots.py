"""Take the pictures of the documentation from the running dashboard.

make run &
python docs/screenshots.py http://localhost:8501
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

IMAGES = Path(__file__).parent / "images"
FLAGS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
BASILICATA = "region=ITF5&area=077027&list=077027,076097,076019"
PICTURES = {
    "map": (f"?{BASILICATA}&layer=need_x_resources&points=hospital,projects", 900),
    "area": (f"area?{BASILICATA}", 1300),
    "shortlist": (f"shortlist?{BASILICATA}", 900),
    "compare": (f"compare?{BASILICATA}", 1000),
    "projects": ("projects", 800),
    "methods": ("methods", 1200),
}
# A list as a planner has it: decimal commas, a swapped pair, names of places only, one of them unknown.
TABLE = """Progetto;Comune;Latitudine;Longitudine;Temi;Inizio
Navetta a chiamata;;40,42;16,23;mobilita;2019
Orto sociale;Stigliano;;;agricoltura sociale;2021
Sportello salute;;16,30;40,50;salute;2020
Doposcuola;Castro;;;istruzione;2022
Bottega;Acettura;;;commercio;2023
Forno;Atlantide;;;cibo;2018
"""


def own(browser: Browser, address: str) -> None:
    """Take the pictures of a planner's own table: how it was read, and its points on the map."""
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
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
    page.screenshot(path=IMAGES / "own.png")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("button", name="Use in this session").click()
    page.get_by_role("button", name="Show on the map").last.click()
    page.wait_for_timeout(8000)
    page.screenshot(path=IMAGES / "own-map.png")
    page.close()


def main(address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for name, (path, height) in PICTURES.items():
            page = browser.new_page(viewport={"width": 1440, "height": height})
            page.goto(f"{address}/{path}")
            page.wait_for_timeout(8000)
            page.screenshot(path=IMAGES / f"{name}.png")
            page.close()
        own(browser, address)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
