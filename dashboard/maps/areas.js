// The map's browser half. Shapes are fetched once from static files; Python then sends pictures: a class per area,
// the values for the tooltip, points and a place to look at. A new picture recolours the standing map.
"use strict";

const AreaMap = (() => {
  const { NO_DATA, DIMMED, filled } = Drawing;
  const LAND = { fill: true, fillColor: Drawing.LAND, fillOpacity: 1, color: "#c9cfd2", weight: 0.6 };
  const BORDER = { fill: false, color: "#b3bbc0", weight: 1 };
  const OUTLINES = {
    nuts2: { color: "#3c4852", weight: 0.9, opacity: 0.9 },
    nuts3: { color: "#3c4852", weight: 0.5, opacity: 0.55 },
  };

  let map, renderer, areas, regions, hover, selection, points, tooltip, notice, hatch, language, words;
  let picture = null; // the last one Python sent; it may come before the shapes do
  let focus = null;   // the bounds last fitted, as text
  let only = null;    // the class that the legend points at
  let full = 1;       // opacity of the areas: less when tiles of a server lie below
  let labels, position;
  let towns = [];

  // ------------------------------------------------------------------------------------------------ start

  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  /** Options of a map that does not glide where the reader's system asks for less motion. */
  const movement = () => (still ? { zoomAnimation: false, fadeAnimation: false, inertia: false } : {});

  /** Prepare the map and fetch its shapes: `areas`, `regions` and `basemap` are addresses; for `words` see map.py. */
  function start(target, { areas: address, regions: outlines, basemap, attribution, online, ...spoken }) {
    map = target;
    lower();
    window.parent.addEventListener("resize", lower);
    if (still) map.panBy = (by, options) => L.Map.prototype.panBy.call(map, by, { ...options, animate: false });
    ({ language, words } = spoken);
    const credit = document.createElement("span");
    credit.textContent = online ? `${attribution} ${online.attribution}` : attribution;
    full = online ? 0.75 : 1;
    L.control.attribution({ prefix: false }).addAttribution(credit.innerHTML).addTo(map);
    const below = map.createPane("land");
    below.style.zIndex = 200;
    below.style.pointerEvents = "none";
    if (online) L.tileLayer(online.address, { pane: "land", zIndex: 2 }).addTo(map);
    renderer = L.canvas({ padding: 0.3 });
    hatch = document.createElement("canvas").getContext("2d").createPattern(Drawing.hatching(6, 1), "repeat");
    tooltip = L.tooltip({ className: "area-tooltip", direction: "auto", offset: [12, 0], opacity: 1 });
    hover = L.polygon([], { renderer, interactive: false, fill: false, color: "#1b2329", weight: 1.6 });
    selection = L.featureGroup();
    points = L.featureGroup();
    labels = L.layerGroup().addTo(map);
    notice = map.getContainer().appendChild(document.createElement("div"));
    say(words.loading, "status");
    const leaveLegend = Drawing.followLegend(window.parent.document, (next) => {
      only = next;
      if (areas && picture) recolour();
    });
    position = Position.follow(window.parent, map.getContainer(), {
      at: () => ({ zoom: map.getZoom(), lat: map.getCenter().lat, lon: map.getCenter().lng }),
      go: ({ zoom, lat, lon }) => map.setView([lat, lon], zoom, { animate: false }),
    });
    const begun = position.held();
    if (begun) map.setView([begun.lat, begun.lon], begun.zoom, { animate: false });
    window.addEventListener("pagehide", () => {
      leaveLegend();
      position.leave();
      window.parent.removeEventListener("resize", lower);
    });
    map.on("moveend", name);
    map.on("moveend", position.moved);

    fetchShapes(basemap).then(addBasemap, (error) => console.warn(error.message));
    fetchShapes(outlines).then(addRegions, (error) => console.warn(error.message));
    fetchShapes(address).then(addAreas).catch((error) => {
      say(filled(words.failed, { reason: error.message }), "alert");
    });
  }

  /** Be no higher than style.css lets the frame be: on a low window there has to be room to scroll the page. */
  function lower() {
    map.getContainer().style.maxHeight = `${Math.max(300, 0.75 * window.parent.innerHeight)}px`;
    map.invalidateSize({ animate: false });
  }

  async function fetchShapes(address) {
    // The address carries a hash of the content: a stored copy is always good.
    const answer = await fetch(address, { cache: "force-cache" }).catch(() => null);
    if (!answer || !answer.ok) {
      throw new Error(`${filled(words.lost, { file: address.split("/").pop() })} (${answer ? answer.status : "–"})`);
    }
    return answer.json();
  }

  function addBasemap(shapes) {
    const style = (feature) => (feature.properties.kind === "border" ? BORDER : LAND);
    const isTown = (feature) => feature.properties.kind === "town";
    towns = shapes.features.filter(isTown).map(({ properties, geometry }) => {
      return { text: properties.name, place: L.latLng(geometry.coordinates[1], geometry.coordinates[0]) };
    });
    name();
    const filter = (feature) => !isTown(feature);
    L.geoJSON(shapes, { filter, style, pane: "land", renderer: L.canvas({ pane: "land" }), interactive: false }).addTo(map);
  }

  function addRegions(shapes) {
    const style = (feature) => ({ ...OUTLINES[feature.properties.level], fill: false });
    regions = L.geoJSON(shapes, { style, renderer, interactive: false, smoothFactor: 0 });
    if (areas && map.hasLayer(areas)) stack();
  }

  function addAreas(shapes) {
    // A simplified coverage has its shared borders already; simplifying each shape alone would open slivers.
    areas = L.geoJSON(shapes, { renderer, smoothFactor: 0 });
    areas.list = areas.getLayers();
    areas.byId = new Map(areas.list.map((layer) => [String(layer.feature.id), layer]));
    areas.list.forEach((layer, position) => { layer.position = position; });
    areas.on("click", (event) => tell(event.propagatedFrom.feature.id, event.latlng));
    areas.on("mousemove", (event) => describe(event.propagatedFrom, event.latlng));
    areas.on("mouseout", leave);
    // The canvas is drawn afresh after a zoom: the options are enough.
    map.on("zoomend", () => areas.list.forEach((layer) => Object.assign(layer.options, border(layer.options))));
    if (!focus && !position.held()) map.fitBounds(areas.getBounds(), { animate: false, padding: [8, 8] });
    if (picture) paint();
  }

  // ----------------------------------------------------------------------------------------------- picture

  /** Show what Python sent: see `payload` in map.py for its parts. */
  function draw(next) {
    picture = next;
    map.getContainer().setAttribute("aria-label", filled(words.map, { title: picture.title }));
    look(picture);
    if (areas) paint();
  }

  function paint() {
    if (picture.classes.length !== areas.list.length) {
      say(filled(words.unlike, { shapes: areas.list.length, figures: picture.classes.length }), "alert");
      return;
    }
    const first = !map.hasLayer(areas);
    recolour();
    select(picture.selected);
    mark(picture.points);
    leave();
    stack();
    if (first) name();
    say("");
  }

  function recolour() {
    areas.list.forEach((layer, position) => {
      const code = picture.classes[position];
      const dimmed = picture.dimmed[position] === "1" || (only !== null && code !== only);
      const fillColor = code === NO_DATA ? hatch : picture.palette[parseInt(code, 36)];
      const fillOpacity = dimmed ? DIMMED : full;
      if (layer.options.fillColor !== fillColor || layer.options.fillOpacity !== fillOpacity) {
        layer.setStyle({ fillColor, fillOpacity, ...border({ fillColor, fillOpacity }) });
      }
    });
  }

  function select(ids) {
    selection.clearLayers();
    for (const id of ids) {
      const shape = areas.byId.get(id);
      if (!shape) continue;
      for (const [color, weight] of [["#ffffff", 5], ["#111820", 2.4]]) {
        const style = { renderer, interactive: false, fill: false, smoothFactor: 0, color, weight };
        selection.addLayer(L.polygon(shape.getLatLngs(), style));
      }
    }
  }

  function mark(groups) {
    points.clearLayers();
    for (const { name, colour, symbol, rows } of groups) {
      const style = { renderer, symbol, radius: 5.5, fillColor: colour, fillOpacity: 1, color: "#ffffff", weight: 1.4 };
      for (const [lat, lon, label] of rows) {
        const point = new Mark([lat, lon], style);
        point.on("mouseover", () => open(point.getLatLng(), [["strong", label], ["em", name]]));
        point.on("mouseout", leave);
        points.addLayer(point);
      }
    }
  }

  /** All that lies above the areas shares their canvas, so that a point hides the area under it from the mouse. */
  function stack() {
    for (const layer of [areas, regions, hover, selection, points]) {
      if (!layer) continue;
      if (!map.hasLayer(layer)) layer.addTo(map);
      if (layer !== areas) layer.bringToFront();
    }
  }

  /** Fit the map to bounds [south, west, north, east] when they are new; else it stays where the user left it. */
  function look({ focus: bounds, position: asked }) {
    const fresh = bounds && JSON.stringify(bounds) !== focus;
    if (fresh) focus = JSON.stringify(bounds);
    position.look(asked, fresh, () => {
      if (!bounds) return;
      const [south, west, north, east] = bounds;
      map.fitBounds([[south, west], [north, east]], { animate: false, padding: [16, 16], maxZoom: 11 });
    });
  }

  /** Names that do not cover one another: of the main towns, or close by of the areas, the largest first. */
  function name() {
    labels.clearLayers();
    // Where a name goes is known of what lies on the map.
    const close = map.getZoom() >= Drawing.NAMED && areas && map.hasLayer(areas);
    const seen = (close ? namesOfAreas() : towns).filter(({ place }) => map.getBounds().contains(place));
    for (const { text, place, half } of Drawing.apart(seen, (each) => map.latLngToContainerPoint(each.place))) {
      const element = document.createElement("span");
      element.textContent = text;
      const className = close ? "area-label" : "area-label town";
      const icon = L.divIcon({ className, html: element, iconSize: [2 * half, 16] });
      labels.addLayer(L.marker(place, { icon, interactive: false, keyboard: false }));
    }
  }

  function namesOfAreas() {
    const view = map.getBounds();
    const size = (layer) => layer.getBounds().getEast() - layer.getBounds().getWest();
    const seen = areas.list.filter((layer) => view.intersects(layer.getBounds()));
    const largest = seen.sort((one, other) => size(other) - size(one)).slice(0, Drawing.MOST_NAMES);
    return largest.map((layer) => ({ text: layer.feature.properties.name, place: layer.getCenter() }));
  }

  // ------------------------------------------------------------------------------------------ mouse and text

  function describe(layer, latlng) {
    if (tooltip.layer === layer) {
      tooltip.setLatLng(latlng);
      return;
    }
    const { missing } = picture;
    const reason = Object.keys(missing).find((text) => missing[text].includes(layer.position));
    const lines = Drawing.figures(picture, layer.position, layer.feature.properties.name, reason, { words, language });
    open(latlng, lines);
    tooltip.layer = layer;
    hover.setLatLngs(layer.getLatLngs());
  }

  /** Lines are [tag, text]; text is never read as HTML. */
  function open(latlng, lines) {
    const box = document.createElement("div");
    for (const [tag, text] of lines) box.appendChild(document.createElement(tag)).textContent = text;
    tooltip.layer = null;
    tooltip.setContent(box).setLatLng(latlng).addTo(map);
  }

  function leave() {
    tooltip.layer = null;
    tooltip.remove();
    hover.setLatLngs([]);
  }

  /** Tell Python which area was clicked and where; the time makes a second click there a new message. */
  function tell(id, { lat, lng }) {
    const value = { last_object_clicked_tooltip: JSON.stringify([id, lat, lng, Date.now()]) };
    Object.assign(window.__GLOBAL_DATA__, value, { previous_data: value });
    window.Streamlit.setComponentValue(value);
  }

  function say(text, role) {
    notice.className = "area-notice";
    notice.hidden = !text;
    notice.textContent = text;
    if (role) notice.setAttribute("role", role);
    map.getContainer().setAttribute("aria-busy", String(role === "status"));
  }

  // --------------------------------------------------------------------------------------------- appearance

  /** White borders would bleach areas of a few pixels: far out an area is edged in its own colour, which closes seams. */
  function border({ fillColor, fillOpacity }) {
    const zoom = map.getZoom();
    const far = zoom < 6.5;
    const color = fillOpacity === DIMMED ? "#aab4bb" : far ? fillColor : "#ffffff";
    return { color, weight: far ? 0.4 : zoom < 9 ? 0.5 : 0.8 };
  }

  const Mark = L.CircleMarker.extend({
    _updatePath() {
      if (!Drawing.SYMBOLS[this.options.symbol]) {
        L.CircleMarker.prototype._updatePath.call(this);
        return;
      }
      if (!this._renderer._drawing || this._empty()) return;
      const pen = this._renderer._ctx;
      Drawing.outline(pen, this.options.symbol, this._point.x, this._point.y, this._radius);
      this._renderer._fillStroke(pen, this);
    },
  });

  return { movement, start, draw };
})();
