// Where a person moved the map to, in the address of the page as maps on the web have it: #map=zoom/latitude/longitude.
// Streamlit knows nothing of it: a move runs nothing, and what a run writes of the address leaves it out, so it is put
// back. It is put before the script of each map.
"use strict";

const Position = (() => {
  const FORM = /^(\d{1,2}(?:\.\d+)?)\/(-?\d{1,2}(?:\.\d+)?)\/(-?\d{1,3}(?:\.\d+)?)$/;
  const MARK = "#map=";
  const HAND = ["pointerdown", "wheel", "keydown", "click"];

  const written = ({ zoom, lat, lon }) => `${+zoom.toFixed(2)}/${lat.toFixed(4)}/${lon.toFixed(4)}`;

  function read(text) {
    const [, zoom, lat, lon] = (FORM.exec(text) ?? []).map(Number);
    return zoom <= 24 && Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { zoom, lat, lon } : null;
  }

  /** The position in an address as text, empty for none. */
  function of({ hash }) {
    const text = hash.startsWith(MARK) ? hash.slice(MARK.length) : "";
    return read(text) ? text : "";
  }

  /** What a position is about: with another page, territory or region it is gone. */
  function about({ pathname, search }) {
    const view = new URLSearchParams(search);
    return [pathname, view.get("territory"), view.get("region")].join();
  }

  /** The position that the first map of a page begins at: before it came a run may have written the address anew. */
  function given(page) {
    const [opened] = page.mapBegun ? [] : page.performance.getEntriesByType("navigation");
    page.mapBegun = true;
    const first = opened && new URL(opened.name);
    return of(page.location) || (first && about(first) === about(page.location) ? of(first) : "");
  }

  /**
   * Keep the position of a map and of the address of its page alike.
   *
   * `box` is the element of the map, `at()` gives where the map is, as { zoom, lat, lon }, and `go(position)` moves it.
   */
  function follow(page, box, { at, go }) {
    let seen = about(page.location);
    let held = given(page);
    let opened = held !== ""; // the place to look at first gives way to the address
    let byHand = false;
    const touch = () => { byHand = true; };
    HAND.forEach((kind) => box.addEventListener(kind, touch, { capture: true, passive: true }));
    page.navigation?.addEventListener("currententrychange", changed);
    page.addEventListener("hashchange", changed);

    function hold(text) {
      held = text;
      if (about(page.location) !== seen || of(page.location) === held) return;
      const { pathname, search } = page.location;
      page.history.replaceState(page.history.state, "", pathname + search + (held && MARK + held));
    }

    /** The address has changed: by a person, whom the map follows, or by a run. */
    function changed() {
      const next = of(page.location);
      if (about(page.location) !== seen || next === held) return;
      if (!next) {
        hold(held);
        return;
      }
      held = next;
      go(read(held));
    }

    return {
      held: () => read(held),

      /** Call this when the map has moved, whoever moved it. */
      moved() {
        if (byHand) hold(written(at()));
      },

      /**
       * Bring the map to where a picture wants it: to the position of a saved view, which is `asked` for once, or by
       * `fit` where there is something `fresh` to fit to. After a fit the address has no position, until a person
       * moves the map again.
       */
      look(asked, fresh, fit) {
        const first = opened;
        opened = false;
        seen = about(page.location);
        const now = asked && asked.request !== page.mapRequest;
        if (now) page.mapRequest = asked.request;
        if (now && asked.position) {
          hold(asked.position);
          go(read(held));
        } else if (now || (fresh && !first)) {
          fit();
          byHand = false;
          hold("");
        } else {
          changed();
        }
      },

      leave() {
        page.navigation?.removeEventListener("currententrychange", changed);
        page.removeEventListener("hashchange", changed);
      },
    };
  }

  return { of, follow };
})();
