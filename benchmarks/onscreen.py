"""What if on the screen: from the press of "Make this change" in headless Chromium to the changed numbers and map.

    python -m benchmarks.onscreen

Every change is one that was not measured before. The page itself takes the time, from the event of the click to the
sentence that is there anew; the map is looked at from then on. Processor seconds are those of the server alone, from
the press until the page is still.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.dashboard import ADDRESS, FLAGS, ROOT, choose, dashboard, map_frame, painted

STIGLIANO, ROUNDS, AIM = "077027", 3, 2.0
# Drawn whenever anything is changed, below the map and the form.
TOLD = "The gap falls by 0.1 points or more in"
WATCH = """(told) => {
  window.took = undefined;
  let start;
  document.addEventListener("click", () => (start = performance.now()), { capture: true, once: true });
  const watch = new MutationObserver(() => {
    if (start === undefined || !document.body.innerText.includes(told)) return;
    window.took = (performance.now() - start) / 1000;
    watch.disconnect();
  });
  watch.observe(document.body, { childList: true, subtree: true, characterData: true });
}"""
STILL = "() => document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"
HOSPITAL = "Hospital with emergency department"


def add_hospital(page: Page, number: int) -> None:
    choose(page, "Category of service", HOSPITAL)
    write(page, "Name", f"Hospital {number}")


def move_hospital(page: Page, number: int) -> None:
    choose(page, "Category of service", HOSPITAL)
    pick(page, "Service", number)


def close_hospital(page: Page, number: int) -> None:
    move_hospital(page, number)


def add_project(page: Page, number: int) -> None:
    write(page, "Name", f"Project {number}")


def bridge(page: Page, number: int) -> None:
    write(page, "From (name of a place)", "Villa San Giovanni")
    write(page, "To (name of a place)", "Messina")
    box = page.get_by_role("spinbutton", name="Minutes by the direct way, both ways")
    box.fill(str(10 + number))
    box.press("Enter")


CASES: dict[str, tuple[str, Callable[[Page, int], None]]] = {
    "add a hospital": ("Add a service", add_hospital),
    "move a hospital": ("Move a service", move_hospital),
    "close a hospital": ("Close a service", close_hospital),
    "add a project": ("Add a project", add_project),
    "a bridge over the strait": ("Change a travel time", bridge),
}


def main() -> None:
    subprocess.run([sys.executable, "-m", "pipelines", "ensure"], cwd=ROOT, check=True)
    with dashboard() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{ADDRESS}/?area={STIGLIANO}")
        page.get_by_role("heading", name="Stigliano").wait_for(timeout=120_000)
        page.get_by_role("link", name="Scenarios", exact=True).click()
        page.get_by_text("Nothing is changed yet").wait_for(timeout=180_000)
        settle(page)
        print("| one change | numbers, s | worst | map, s | worst | processor of the server, s | aim, s |")
        print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
        for name, (kind, fill) in CASES.items():
            rounds = [one(page, kind, fill, number, server) for number in range(ROUNDS)]
            numbers, drawn, processor = (sorted(each) for each in zip(*rounds, strict=True))
            told = (statistics.median(numbers), numbers[-1], statistics.median(drawn), drawn[-1])
            print(
                f"| {name} | {' | '.join(f'{each:.2f}' for each in (*told, statistics.median(processor)))} | {AIM:g} |"
            )
        browser.close()


def one(page: Page, kind: str, fill: Callable[[Page, int], None], number: int, server: int) -> tuple[float, ...]:
    """Make one change and undo it; seconds to the numbers and to the map, processor seconds of the server."""
    choose(page, "What to change", kind)
    settle(page)
    fill(page, number)
    settle(page)
    frame = map_frame(page)
    picture, used = painted(frame), processor_seconds(server)
    page.evaluate(WATCH, TOLD)
    page.get_by_role("button", name="Make this change").click()
    numbers = page.wait_for_function("() => window.took", timeout=60_000).json_value()
    start = time.perf_counter()
    painted(frame, picture)
    drawn = numbers + time.perf_counter() - start
    settle(page)
    used = processor_seconds(server) - used
    page.get_by_role("button", name="Undo", exact=True).click()
    page.get_by_text("Nothing is changed yet").wait_for(timeout=60_000)
    settle(page)
    return numbers, drawn, used


def settle(page: Page) -> None:
    """Wait until the page has been still for a second."""
    page.wait_for_timeout(500)
    page.wait_for_function(STILL, timeout=60_000)
    page.wait_for_timeout(500)
    page.wait_for_function(STILL, timeout=60_000)


def write(page: Page, label: str, text: str) -> None:
    box = page.get_by_role("textbox", name=label, exact=True)
    box.fill(text)
    box.press("Enter")
    settle(page)


def pick(page: Page, label: str, number: int) -> None:
    page.get_by_role("combobox", name=label, exact=True).click()
    page.get_by_role("option").nth(number).click()


def processor_seconds(process: int) -> float:
    """Seconds of all threads of a process in user and system mode, from /proc/PID/stat (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
