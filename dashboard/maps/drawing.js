// What both maps draw alike: names, hatching, symbols, the lines of a tooltip and the hand of the legend. It is put
// before the script of each.
"use strict";

const Drawing = (() => {
  const NO_DATA = "-";
  const DIMMED = 0.12;
  const NAMED = 10.5; // zoom from which areas are labelled
  const MOST_NAMES = 60;
  const LAND = "#f1f1ee";

  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  /** Call back with the class of the legend's box under the mouse or in focus on a page, and with null when it is left. */
  function followLegend(page, call) {
    let last = null;
    const follow = ({ type, target }) => {
      const pointed = type === "mouseover" || type === "focusin" ? target.closest?.("[data-map-class]") : null;
      const next = pointed ? pointed.dataset.mapClass : null;
      if (next === last) return;
      last = next;
      call(next);
    };
    const kinds = ["mouseover", "focusin", "focusout"];
    kinds.forEach((kind) => page.addEventListener(kind, follow));
    return () => kinds.forEach((kind) => page.removeEventListener(kind, follow));
  }

  /** What a tooltip says of an area, as [tag, text]: its name, the figure, and its class or why it has none. */
  function figures(picture, position, name, reason, { words, language }) {
    const { classes, values, labels, title, unit, decimals } = picture;
    if (classes[position] === NO_DATA) {
      return [["strong", name], ["span", title], ["em", reason ? `${words.no_data}: ${reason}` : words.no_data]];
    }
    const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    const value = values[position];
    const figure = value === null ? "" : `: ${value.toLocaleString(language, digits)} ${unit}`;
    const label = labels[parseInt(classes[position], 36)];
    return [["strong", name], ["span", title + figure], ...(label ? [["em", label]] : [])];
  }

  /** Keep the names, the first before later ones, that do not cover one another; `place` gives where on the screen. */
  function apart(names, place) {
    const taken = [];
    for (const each of names) {
      const { x, y } = place(each);
      const half = 3.2 * each.text.length + 6;
      const covers = (other) => Math.abs(other.x - x) < other.half + half && Math.abs(other.y - y) < 18;
      if (!taken.some(covers)) taken.push({ ...each, x, y, half });
    }
    return taken;
  }

  /** Diagonal grey lines on a square: no data is drawn, and is no colour of a palette. */
  function hatching(side, width) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = side;
    const pen = tile.getContext("2d");
    pen.fillStyle = "#e9ecee";
    pen.fillRect(0, 0, side, side);
    pen.strokeStyle = "#7d878f";
    pen.lineWidth = width;
    for (const shift of [-side, 0, side]) {
      pen.moveTo(shift - 1, side + 1);
      pen.lineTo(shift + side + 1, -1);
    }
    pen.stroke();
    return tile;
  }

  const turns = (count, first, ...lengths) => Array.from({ length: count }, (_, turn) => {
    const angle = ((first + (turn * 360) / count) * Math.PI) / 180;
    const length = lengths[turn % lengths.length];
    return [length * Math.sin(angle), -length * Math.cos(angle)];
  });

  // Corners of each symbol for a radius of 1, as [right, down]; sizes are evened out by eye. A circle has none.
  const SYMBOLS = {
    circle: null,
    square: turns(4, 45, 1.2),
    diamond: turns(4, 0, 1.3),
    triangle: turns(3, 0, 1.35),
    star: turns(10, 0, 1.5, 0.65),
    cross: [[-0.4, -1.2], [0.4, -1.2], [0.4, -0.4], [1.2, -0.4], [1.2, 0.4], [0.4, 0.4],
      [0.4, 1.2], [-0.4, 1.2], [-0.4, 0.4], [-1.2, 0.4], [-1.2, -0.4], [-0.4, -0.4]],
  };

  /** Draw the outline of a symbol around a point. */
  function outline(pen, symbol, x, y, radius) {
    pen.beginPath();
    if (SYMBOLS[symbol]) SYMBOLS[symbol].forEach(([right, down]) => pen.lineTo(x + right * radius, y + down * radius));
    else pen.arc(x, y, radius, 0, 2 * Math.PI);
    pen.closePath();
  }

  return { NO_DATA, DIMMED, NAMED, MOST_NAMES, LAND, SYMBOLS, filled, followLegend, figures, apart, hatching, outline };
})();
