"""What a page shows on a narrow window, and where the keyboard is."""

from contextlib import suppress

from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

# A window of 1280 x 900 at 200 %, and a telephone.
SCREENS = ((640, 450), (390, 844))
# Tables scroll in themselves, and charts are drawn.
FAULTS = """() => {
    const faults = [];
    const main = document.querySelector("[data-testid=stMain]");
    for (const each of [document.documentElement, main]) {
        if (each.scrollWidth > each.clientWidth) faults.push(`${each.scrollWidth} px wide: ${each.tagName}`);
    }
    const told = (each) => `${each.tagName} ${each.getAttribute("aria-label") || each.value || each.textContent}`;
    const seen = (each) => each.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    const shown = [...main.querySelectorAll("*")].filter((each) => {
        const { width, height } = each.getBoundingClientRect();
        return width > 1 && height > 1 && seen(each) && !each.closest("[data-testid=stDataFrame], svg, canvas");
    });
    for (const each of shown) {
        const { overflowX, display } = getComputedStyle(each);
        const words = each.tagName === "INPUT" ? each.value : each.textContent.trim();
        const hides = each.tagName === "INPUT" || (display !== "inline" && ["hidden", "clip"].includes(overflowX));
        if (words && hides && each.scrollWidth > each.clientWidth + 1) faults.push(`cut off: ${told(each)}`);
        if (each.getBoundingClientRect().right > innerWidth + 1) faults.push(`beyond the window: ${told(each)}`);
    }
    const controls = shown.filter((each) => each.matches("button, summary, input, textarea, [data-map-class]")
        && !each.closest("[data-testid=stElementToolbar]"));
    const pressed = controls.filter((each) => each.matches("button, summary"));
    for (const each of pressed) {
        const { width, height } = each.getBoundingClientRect();
        if (Math.min(width, height) < 23.9) faults.push(`${width} x ${height} px: ${told(each)}`);
    }
    const maps = shown.filter((each) => each.matches("iframe"));
    const boxes = [...controls, ...maps];
    boxes.forEach((one, at) => boxes.slice(at + 1).forEach((other) => {
        const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (wide > 2 && high > 2 && !one.contains(other) && !other.contains(one)) {
            faults.push(`over each other: ${told(one)} and ${told(other)}`);
        }
    }));
    for (const map of maps) {
        const height = map.getBoundingClientRect().height;
        const inside = map.contentDocument.querySelector(".leaflet-container").getBoundingClientRect().height;
        if (height > 0.8 * innerHeight) faults.push(`a map of ${height} px fills the window`);
        if (height < 250 || Math.abs(height - inside) > 1) faults.push(`a map of ${inside} in ${height} px`);
    }
    return faults;
}"""
# Outside what is focused, or around the field that it is in.
RING = """() => {
    let each = document.activeElement;
    while (each?.contentDocument) each = each.contentDocument.activeElement;
    if (!each || each.matches("body, canvas, [role=gridcell]")) return null;
    const told = each.getAttribute("aria-label") || each.textContent.trim() || each.id;
    for (let around = each, step = 0; around && step < 6; around = around.parentElement, step++) {
        const { outlineStyle, outlineWidth } = getComputedStyle(around);
        if (outlineStyle === "solid" && parseFloat(outlineWidth) >= 2) return [told, true];
        if (step === 0 && !each.matches("input, textarea")) break;
    }
    return [told, false];
}"""


def unfit(page: Page) -> list[str]:
    """What is cut off, covered, too small to press or beyond the window on narrow windows, as text."""
    before, faults = page.viewport_size, []
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        # Maps and charts follow a little later.
        page.wait_for_timeout(100)
        with suppress(PlaywrightTimeout):
            page.wait_for_function(f"() => ({FAULTS})().length === 0", timeout=30_000, polling=200)
        faults += [f"{width} px, {fault[:160]}" for fault in page.evaluate(FAULTS)]
    assert before is not None
    page.set_viewport_size(before)
    return faults


def ringed(page: Page, most: int = 70) -> dict[str, bool]:
    """Where the Tab key leads from the top of a page to its first table, and whether one sees it."""
    page.get_by_role("link", name="Skip to main content").focus()
    found = {}
    for _ in range(most):
        page.keyboard.press("Tab")
        here = page.evaluate(RING)
        if here is None:
            break
        found[here[0]] = here[1]
    return found
