"""Waiting for a page as a person does: until it is still; and how often that took a run of the script."""

from playwright.sync_api import Page, WebSocket
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

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
    page.wait_for_function(STILL, timeout=120_000)


class Runs:
    """Counts the runs of the script behind a page: the server begins each with one message, also a rerun in a run."""

    # The message that begins a run is short; pictures of the map are not worth reading.
    LONGEST = 100_000

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0
        page.on("websocket", self._listen)

    def taken(self) -> int:
        """Runs since this was last asked, once the page is still."""
        settled(self.page)
        count, self.count = self.count, 0
        return count

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._read)

    def _read(self, frame: str | bytes) -> None:
        if isinstance(frame, bytes) and len(frame) < self.LONGEST:
            self.count += ForwardMsg.FromString(frame).WhichOneof("type") == "new_session"
