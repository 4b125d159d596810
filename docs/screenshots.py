"""Take the pictures of the documentation from the running dashboard.

make run &
python docs/screenshots.py http://localhost:8501
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

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


def main(address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for name, (path, height) in PICTURES.items():
            page = browser.new_page(viewport={"width": 1440, "height": height})
            page.goto(f"{address}/{path}")
            page.wait_for_timeout(8000)
            page.screenshot(path=IMAGES / f"{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
