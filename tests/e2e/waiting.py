"""Waiting for a page as a person does: until it is still."""

from playwright.sync_api import Page

# Streamlit says on its root whether a run is going on; a press during one may be lost.
STILL = """() => {
    const app = document.querySelector("[data-testid=stApp]");
    const now = Date.now();
    if (!app || app.dataset.testScriptState !== "notRunning") { window.lastBusy = now; return false; }
    return now - window.lastBusy > 700;
}"""


def settled(page: Page) -> None:
    """Wait until nothing has been running for a while, counted from now: what was just pressed may not run yet."""
    page.evaluate("() => { window.lastBusy = Date.now(); }")
    page.wait_for_function(STILL, timeout=60_000)
