// The browser half of the map of a large territory. Tiles are read in pieces from one static file (PMTiles, version 3);
// Python sends pictures: a class per area, values for the tooltip, points and a place to look at. A new picture
// recolours the standing map.

const { NO_DATA, LAND, DIMMED, filled } = Drawing;
const SHAPES = "areas";

const maps = new WeakMap(); // the standing map of each place on the page
const archives = new Map();
let library = null;

export default function ({ data, parentElement, setTriggerValue }) {
  const place = parentElement.querySelector(".tiled-map");
  let standing = maps.get(place);
  const identity = JSON.stringify(data.settings);
  if (standing && standing.identity !== identity) {
    standing.remove();
    standing = null;
  }
  if (!standing) {
    standing = tiledMap(place, data.settings);
    standing.identity = identity;
    maps.set(place, standing);
  }
  standing.draw(data.picture, (click) => setTriggerValue("clicked", click));
  return () => {
    standing.remove();
    maps.delete(place);
  };
}

// ---------------------------------------------------------------------------------------------------- files

/** Where the app is served, whatever page is open and whatever prefix a proxy adds: two folders above its own script. */
function served(address) {
  const own = [...document.querySelectorAll("script[src]")].find(({ src }) => src.includes("/static/js/"));
  return new URL(address, own ? new URL("./", own.src) : new URL("component/map/", document.baseURI)).href;
}

function load(script) {
  library ??= new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = script;
    element.onload = () => {
      window.maplibregl.addProtocol("pieces", ({ url }) => {
        const [, file, z, x, y] = url.match(/^pieces:\/\/(.*)\/(\d+)\/(\d+)\/(\d+)$/);
        return archives.get(file).tile(Number(z), Number(x), Number(y)).then((bytes) => ({ data: bytes }));
      });
      resolve(window.maplibregl);
    };
    element.onerror = () => {
      library = null;
      reject(new Error(script.split("/").pop()));
    };
    document.head.append(element);
  });
  return library;
}

/** A PMTiles archive read by ranges; see https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md */
class Archive {
  constructor(address, words) {
    this.address = address;
    this.words = words;
    this.directories = new Map();
  }

  async open() {
    const start = await this.bytes(0, 16384);
    const view = new DataView(start.buffer, start.byteOffset);
    const number = (at) => Number(view.getBigUint64(at, true));
    if (new TextDecoder().decode(start.subarray(0, 7)) !== "PMTiles" || start[7] !== 3) throw this.lost(start.length);
    Object.assign(this, { leaves: number(40), tiles: number(56), packed: start[97], squeezed: start[98] });
    Object.assign(this, { minzoom: start[100], maxzoom: start[101] });
    this.bounds = [102, 106, 110, 114].map((at) => view.getInt32(at, true) / 1e7);
    const [from, length] = [number(8), number(16)];
    this.root = await directory(start.subarray(from, from + length), this.packed);
    return this;
  }

  async tile(z, x, y) {
    const id = tileNumber(z, x, y);
    let entries = this.root;
    for (let depth = 0; depth < 4; depth += 1) {
      const entry = entryOf(entries, id);
      if (!entry) break;
      if (entry.run) return unpacked(await this.bytes(this.tiles + entry.offset, entry.length), this.squeezed);
      if (!this.directories.has(entry.offset)) {
        const leaf = this.bytes(this.leaves + entry.offset, entry.length).then((bytes) => directory(bytes, this.packed));
        this.directories.set(entry.offset, leaf);
        leaf.catch(() => this.directories.delete(entry.offset)); // the next tile asks for it again
      }
      entries = await this.directories.get(entry.offset);
    }
    return new ArrayBuffer(0);
  }

  async bytes(from, length) {
    const headers = { Range: `bytes=${from}-${from + length - 1}` };
    const ask = () => fetch(this.address, { headers }).catch(() => null);
    const answer = (await ask()) ?? (await ask()); // a connection may break once
    if (!answer || !answer.ok) throw this.lost(answer ? answer.status : "–");
    const bytes = new Uint8Array(await answer.arrayBuffer());
    return answer.status === 206 ? bytes : bytes.subarray(from, from + length); // a server may send the whole file
  }

  lost(why) {
    return new Error(`${filled(this.words.lost, { file: this.address.split("/").pop() })} (${why})`);
  }
}

async function unpacked(bytes, method) {
  if (method < 2) return bytes.slice().buffer;
  if (method > 2) throw new Error("compression");
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

async function directory(packed, method) {
  const bytes = new Uint8Array(await unpacked(packed, method));
  let at = 0;
  const next = () => {
    let [value, scale, byte] = [0, 1, 0];
    do {
      byte = bytes[at];
      at += 1;
      value += (byte & 127) * scale;
      scale *= 128;
    } while (byte > 127);
    return value;
  };
  const entries = Array.from({ length: next() }, () => ({}));
  let id = 0;
  for (const entry of entries) entry.id = id += next();
  for (const entry of entries) entry.run = next();
  for (const entry of entries) entry.length = next();
  entries.forEach((entry, position) => {
    const value = next();
    const before = entries[position - 1];
    entry.offset = value || !before ? value - 1 : before.offset + before.length;
  });
  return entries;
}

/** The last entry that begins at or before a tile, when it holds the tile or is a leaf that may. */
function entryOf(entries, id) {
  let [low, high] = [0, entries.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (entries[middle].id <= id) low = middle + 1;
    else high = middle - 1;
  }
  const entry = entries[high];
  return entry && (!entry.run || id < entry.id + entry.run) ? entry : null;
}

/** Number of a tile along the Hilbert curve, after all tiles of lower zooms. */
function tileNumber(z, x, y) {
  let number = (4 ** z - 1) / 3;
  for (let side = 2 ** (z - 1); side >= 1; side /= 2) {
    const right = x & side ? 1 : 0;
    const down = y & side ? 1 : 0;
    number += side * side * ((3 * right) ^ down);
    if (!down) {
      if (right) [x, y] = [side - 1 - x, side - 1 - y];
      [x, y] = [y, x];
    }
  }
  return number;
}

// ------------------------------------------------------------------------------------------------------ map

function tiledMap(place, settings) {
  const { words, language } = settings;
  const link = place.parentNode.insertBefore(document.createElement("link"), place);
  Object.assign(link, { rel: "stylesheet", href: served(settings.style) });
  const canvas = place.appendChild(document.createElement("div"));
  place.style.height = `${settings.height}px`;
  canvas.style.cssText = "position:absolute;inset:0";
  const tooltip = box("area-tooltip");
  const notice = box("area-notice");
  let map = null;
  let starting = false;
  let picture = null;
  let tell = () => {};
  let focus = null;
  let regions = [];
  let towns = [];
  let told = new Map(); // what of the missing says why, by position
  let only = null; // the class that the legend points at
  let gone = false;
  let pointed = null; // position of the area under the mouse
  let chosen = "[]"; // the selected areas, as text
  let labels = [];
  const drawn = { areas: [], regions: [] };
  const position = Position.follow(window, place, {
    at: () => ({ zoom: map.getZoom(), lat: map.getCenter().lat, lon: map.getCenter().lng }),
    go: (there) => map?.jumpTo(camera(there)),
  });
  begin();
  const leaveLegend = Drawing.followLegend(document, (next) => {
    only = next;
    if (map && picture) paint();
  });

  /** Fetch what the map needs; what failed is tried again when Python sends the next picture. */
  function begin() {
    if (starting) return;
    starting = true;
    say(words.loading, "status");
    start().catch((error) => {
      starting = false;
      say(filled(words.failed, { reason: error.message }), "alert");
    });
  }

  async function start() {
    const archive = new Archive(served(settings.areas), words);
    const outlines = fetch(served(settings.regions)).then((answer) => (answer.ok ? answer.json() : { features: [] }));
    const around = fetch(served(settings.basemap)).then((answer) => (answer.ok ? answer.json() : { features: [] }));
    const wanted = [load(served(settings.script)), outlines, around, archive.open()];
    const [maplibre, { features }, surroundings] = await Promise.all(wanted);
    if (gone) return;
    archives.set(archive.address, archive);
    features.forEach((feature, position) => { feature.region = feature.id; feature.id = position; });
    regions = features;
    towns = surroundings.features.filter(({ properties }) => properties.kind === "town");
    const standing = new maplibre.Map({
      container: canvas,
      style: style(archive, features, surroundings, settings.online),
      ...(position.held() ? camera(position.held()) : { bounds: focus || archive.bounds }),
      fitBoundsOptions: { padding: 12, maxZoom: 11 },
      maxZoom: 14,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      attributionControl: false,
      fadeDuration: 0,
      canvasContextAttributes: { preserveDrawingBuffer: true }, // so that it can be printed
      refreshExpiredTiles: false,
    });
    place.map = standing;
    standing.touchZoomRotate.disableRotation();
    standing.keyboard.disableRotation();
    const credit = document.createElement("span");
    credit.textContent = settings.attribution + (settings.online ? ` ${settings.online.attribution}` : "");
    standing.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-left");
    standing.addControl(new maplibre.ScaleControl({ unit: "metric" }), "top-right");
    standing.addControl(new maplibre.AttributionControl({ compact: false, customAttribution: credit.innerHTML }));
    standing.on("error", ({ error }) => say(filled(words.failed, { reason: error.message }), "alert"));
    await new Promise((resolve) => { standing.once("style.load", resolve); });
    standing.addImage("hatch", pixels(Drawing.hatching(8, 1.2)));
    map = standing;
    map.on("mousemove", ({ point }) => describe(point));
    map.on("mouseout", () => describe(null));
    map.on("click", choose);
    map.on("moveend", name);
    map.on("moveend", position.moved);
    map.once("idle", () => {
      name();
      if (notice.getAttribute("role") !== "alert") say("");
    });
    const begun = position.held();
    if (begun) map.jumpTo(camera(begun));
    else fit();
    if (picture) paint();
  }

  function draw(next, teller) {
    picture = next;
    tell = teller;
    told = new Map();
    for (const [reason, positions] of Object.entries(picture.missing)) {
      for (const position of positions) told.set(position, reason);
    }
    look(picture);
    if (map) paint();
    else begin();
  }

  function paint() {
    const { classes, palette, dimmed } = picture;
    const colours = palette.map((colour) => [colour, pale(colour)]);
    const colour = (code, faint) => {
      const away = faint || (only !== null && code !== only);
      if (code === NO_DATA) return away ? "rgba(241,241,238,0.85)" : null;
      return colours[parseInt(code, 36)][away ? 1 : 0];
    };
    const { areas, regions: overview } = drawn;
    for (let position = 0; position < classes.length; position += 1) {
      const next = colour(classes[position], dimmed[position] === "1");
      if (areas[position] === next) continue;
      areas[position] = next;
      map.setFeatureState({ source: SHAPES, sourceLayer: SHAPES, id: position }, { colour: next });
    }
    regions.forEach(({ region, id }) => {
      const code = picture.overview[region] ?? -1;
      const next = colour(code < 0 ? NO_DATA : code.toString(36), false);
      if (overview[id] === next) return;
      overview[id] = next;
      map.setFeatureState({ source: "regions", id }, { colour: next });
    });
    select(picture.selected);
    mark(picture.points);
    describe(null);
    map.getCanvas().setAttribute("aria-label", filled(words.map, { title: picture.title }));
    map.once("idle", () => { place.dataset.drawn = String(Number(place.dataset.drawn ?? 0) + 1); });
  }

  /** Another filter makes the tiles be read again: only when there is need. */
  function select(ids) {
    if (JSON.stringify(ids) === chosen) return;
    chosen = JSON.stringify(ids);
    for (const layer of ["selected-halo", "selected", "selected-dot"]) {
      map.setFilter(layer, ["in", ["get", "area_id"], ["literal", ids]]);
    }
  }

  function mark(groups) {
    const features = groups.flatMap(({ name: group, colour, symbol, rows }) => {
      const icon = `${symbol} ${colour}`;
      if (!map.hasImage(icon)) map.addImage(icon, symbolImage(symbol, colour), { pixelRatio: 2 });
      return rows.map(([lat, lon, label]) => ({
        type: "Feature",
        properties: { icon, label, group },
        geometry: { type: "Point", coordinates: [lon, lat] },
      }));
    });
    map.getSource("points").setData({ type: "FeatureCollection", features });
  }

  /** Fit the map to bounds [south, west, north, east] when they are new; else it stays where the user left it. */
  function look({ focus: bounds, position: asked }) {
    const fresh = bounds && JSON.stringify(bounds) !== JSON.stringify(focus && turned(focus));
    if (fresh) focus = turned(bounds);
    position.look(asked, fresh, fit);
  }

  function fit() {
    if (focus) map?.fitBounds(focus, { animate: false, padding: 16, maxZoom: 11 });
  }

  // ---------------------------------------------------------------------------------------- mouse and text

  function under(point, layers) {
    const reach = [[point.x - 2, point.y - 2], [point.x + 2, point.y + 2]];
    const there = layers.filter((layer) => map.getLayer(layer));
    return map.queryRenderedFeatures(layers.includes("points") ? reach : point, { layers: there })[0];
  }

  function describe(point) {
    const dot = point && picture && under(point, ["points"]);
    const area = point && picture && !dot && (under(point, ["dots"]) ?? under(point, ["fills"]));
    const region = point && picture && !dot && !area && under(point, ["overview"]);
    pointOut(area ? area.properties.position : null);
    map.getCanvas().style.cursor = area || region ? "pointer" : "";
    tooltip.hidden = !(dot || area || region);
    if (tooltip.hidden) return;
    const lines = dot
      ? [["strong", dot.properties.label], ["em", dot.properties.group]]
      : area ? figures(area.properties) : summary(regions[region.id]);
    tooltip.replaceChildren(...lines.map(([tag, text]) => {
      const line = document.createElement(tag);
      line.textContent = text;
      return line;
    }));
    const [width, height] = [place.clientWidth, place.clientHeight];
    tooltip.style.left = `${Math.min(point.x + 14, width - tooltip.offsetWidth - 4)}px`;
    tooltip.style.top = `${Math.min(point.y + 10, height - tooltip.offsetHeight - 4)}px`;
  }

  function pointOut(position) {
    if (position === pointed) return;
    const feature = (id) => ({ source: SHAPES, sourceLayer: SHAPES, id });
    if (pointed !== null) map.setFeatureState(feature(pointed), { pointed: false });
    if (position !== null) map.setFeatureState(feature(position), { pointed: true });
    pointed = position;
  }

  function figures({ position, name: title }) {
    return Drawing.figures(picture, position, title, told.get(position), settings);
  }

  function summary({ region, properties }) {
    const code = picture.overview[region] ?? -1;
    const label = code < 0 ? words.no_data : picture.labels[code];
    const lines = [["strong", properties.name], ["span", picture.title + (label ? `: ${label}` : "")]];
    return [...lines, ["em", words.overview]];
  }

  /** A click chooses an area; on a region, seen from afar, it goes nearer. */
  function choose({ point, lngLat: { lat, lng } }) {
    if (!picture || under(point, ["points"])) return;
    const area = under(point, ["dots"]) ?? under(point, ["fills"]);
    if (area) {
      tell([area.properties.area_id, lat, lng]);
      return;
    }
    const region = under(point, ["overview"]);
    if (!region) return;
    const corners = regions[region.id].geometry.coordinates.flat(2);
    const [x, y] = [0, 1].map((axis) => corners.map((corner) => corner[axis]));
    const low = (values) => values.reduce((least, value) => Math.min(least, value));
    const high = (values) => values.reduce((most, value) => Math.max(most, value));
    const bounds = [[low(x), low(y)], [high(x), high(y)]];
    map.fitBounds(bounds, { padding: 16, animate: false });
    const nearest = map.getLayer("fills").minzoom;
    if (map.getZoom() < nearest) map.jumpTo({ zoom: nearest });
  }

  /** Names that do not cover one another: of the main towns, or close by of the areas, the largest first. */
  function name() {
    labels.forEach((label) => label.remove());
    labels = [];
    const close = map.getZoom() >= Drawing.NAMED;
    const seen = (close ? namesOfAreas() : namesOfTowns()).filter(({ centre }) => {
      const { x, y } = map.project(centre);
      return x >= 0 && y >= 0 && x <= place.clientWidth && y <= place.clientHeight;
    });
    for (const { text, centre } of Drawing.apart(seen, (each) => map.project(each.centre))) {
      const element = document.createElement("div");
      element.className = close ? "area-label" : "area-label town";
      element.textContent = text;
      labels.push(new window.maplibregl.Marker({ element }).setLngLat(centre).addTo(map));
    }
  }

  function namesOfTowns() {
    return towns.map(({ properties, geometry }) => ({ text: properties.name, centre: geometry.coordinates }));
  }

  function namesOfAreas() {
    const seen = new Map();
    for (const { properties, geometry } of map.queryRenderedFeatures({ layers: ["fills", "dots"] })) {
      const known = seen.get(properties.position);
      const size = extent(geometry);
      if (!known || size.width > known.width) seen.set(properties.position, { text: properties.name, ...size });
    }
    return [...seen.values()].sort((one, other) => other.width - one.width).slice(0, Drawing.MOST_NAMES);
  }

  function say(text, role) {
    notice.hidden = !text;
    notice.textContent = text;
    if (role) notice.setAttribute("role", role);
    place.setAttribute("aria-busy", String(role === "status"));
  }

  function box(kind) {
    const element = place.appendChild(document.createElement("div"));
    element.className = kind;
    element.hidden = true;
    return element;
  }

  function remove() {
    gone = true;
    leaveLegend();
    position.leave();
    place.map?.remove();
    place.replaceChildren();
    link.remove();
  }

  return { draw, remove };
}

// -------------------------------------------------------------------------------------------------- helpers

const camera = ({ zoom, lat, lon }) => ({ zoom, center: [lon, lat] });

const turned = ([first, second, third, fourth]) => [second, first, fourth, third];

function extent(geometry) {
  if (geometry.type === "Point") return { width: 0, centre: geometry.coordinates };
  const rings = geometry.type === "Polygon" ? [geometry.coordinates[0]] : geometry.coordinates.map(([ring]) => ring);
  const sized = rings.map((ring) => {
    const [x, y] = [0, 1].map((axis) => ring.map((corner) => corner[axis]));
    const [west, east, south, north] = [Math.min(...x), Math.max(...x), Math.min(...y), Math.max(...y)];
    return { width: east - west, centre: [(west + east) / 2, (south + north) / 2] };
  });
  return sized.reduce((widest, one) => (one.width > widest.width ? one : widest));
}

/** The colour of an area that is filtered out: little of its own over the land's. */
function pale(colour) {
  const parts = (text) => [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
  const [own, land] = [parts(colour), parts(LAND)];
  return `rgb(${own.map((part, at) => Math.round(part * DIMMED + land[at] * (1 - DIMMED))).join(",")})`;
}

const pixels = (canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);

function symbolImage(symbol, colour) {
  const [size, radius] = [40, 11];
  const image = document.createElement("canvas");
  image.width = image.height = size;
  const pen = image.getContext("2d");
  Drawing.outline(pen, symbol, size / 2, size / 2, radius);
  Object.assign(pen, { fillStyle: colour, strokeStyle: "#ffffff", lineWidth: 3 });
  pen.fill();
  pen.stroke();
  return pixels(image);
}

// ---------------------------------------------------------------------------------------------------- style

function style({ address, minzoom, maxzoom, bounds }, features, basemap, online) {
  const full = online ? 0.75 : 1;
  const overview = features.some(({ properties }) => properties.level === "nuts3") && minzoom > 0;
  const tiled = { source: SHAPES, "source-layer": SHAPES, minzoom: overview ? minzoom : 0 };
  const kind = (name) => ["==", ["geometry-type"], name];
  const level = (name) => ["==", ["get", "level"], name];
  const colour = ["to-color", ["coalesce", ["feature-state", "colour"], "rgba(0,0,0,0)"]];
  const far = { source: "regions", filter: level("nuts3"), maxzoom: overview ? minzoom : 0 };
  const underMouse = ["boolean", ["feature-state", "pointed"], false];
  const radius = ["interpolate", ["exponential", 1.6], ["zoom"], 3, 1.1, 6, 2.6, 10, 8];
  // Edges smoothed in every layer would double the work where 100,000 areas are in view at once.
  const nothing = ["==", ["get", "area_id"], ""];
  const outline = (id, ink, width, filter) => ({
    id, type: "line", ...tiled, filter, layout: { "line-join": "round" }, paint: { "line-color": ink, "line-width": width },
  });
  const layers = [
    { id: "sea", type: "background", paint: { "background-color": "#d6e2ea" } },
    { id: "land", type: "fill", source: "basemap", filter: ["==", ["get", "kind"], "land"],
      paint: { "fill-color": LAND, "fill-outline-color": "#c9cfd2" } },
    ...(online ? [{ id: "online", type: "raster", source: "online" }] : []),
    { id: "overview-hatch", type: "fill", ...far, paint: { "fill-pattern": "hatch", "fill-opacity": full } },
    { id: "overview", type: "fill", ...far, paint: { "fill-color": colour, "fill-opacity": full } },
    { id: "hatch", type: "fill", ...tiled, filter: kind("Polygon"),
      paint: { "fill-pattern": "hatch", "fill-opacity": full, "fill-antialias": false } },
    { id: "fills", type: "fill", ...tiled, filter: kind("Polygon"),
      paint: { "fill-color": colour, "fill-opacity": full, "fill-antialias": false } },
    { id: "pointed", type: "fill", ...tiled, minzoom: Math.max(5, tiled.minzoom), filter: kind("Polygon"),
      paint: { "fill-color": "#1b2329", "fill-opacity": ["case", underMouse, 0.35, 0], "fill-antialias": false } },
    { id: "edges", type: "line", ...tiled, minzoom: Math.max(8, tiled.minzoom), filter: kind("Polygon"),
      paint: { "line-color": "#ffffff", "line-width": 0.5 } },
    { id: "dots", type: "circle", ...tiled, filter: kind("Point"),
      paint: { "circle-radius": radius, "circle-color": colour, "circle-stroke-color": ["case", underMouse, "#111820", "#7d878f"],
        "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 4, 0.2, 8, 0.8] } },
    { id: "borders", type: "line", source: "basemap", filter: ["==", ["get", "kind"], "border"],
      paint: { "line-color": "#8b959c", "line-width": 1 } },
    { id: "nuts3", type: "line", source: "regions", filter: level("nuts3"),
      paint: { "line-color": "#3c4852", "line-width": 0.5, "line-opacity": 0.55 } },
    { id: "nuts2", type: "line", source: "regions", filter: level("nuts2"),
      paint: { "line-color": "#3c4852", "line-width": 0.9, "line-opacity": 0.9 } },
    outline("selected-halo", "#ffffff", 5, nothing),
    outline("selected", "#111820", 2.4, nothing),
    { id: "selected-dot", type: "circle", ...tiled, filter: nothing,
      paint: { "circle-radius": radius, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": "#111820",
        "circle-stroke-width": 2.4 } },
    { id: "points", type: "symbol", source: "points",
      layout: { "icon-image": ["get", "icon"], "icon-allow-overlap": true, "icon-ignore-placement": true } },
  ];
  return {
    version: 8,
    sources: {
      basemap: { type: "geojson", data: { type: "FeatureCollection", features: basemap.features } },
      ...(online && { online: { type: "raster", tiles: [online.address], tileSize: 256 } }),
      regions: { type: "geojson", data: { type: "FeatureCollection", features } },
      points: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
      areas: { type: "vector", tiles: [`pieces://${address}/{z}/{x}/{y}`], minzoom, maxzoom, bounds,
        promoteId: { [SHAPES]: "position" } },
    },
    layers: layers.filter(({ maxzoom: until }) => until !== 0),
  };
}
