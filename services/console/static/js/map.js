// The map of the offer. It is loaded after the page, and nothing depends on it: the list beside it
// says the same. Its colours are the page's own.
const frame = document.getElementById("carte");
const card = document.getElementById("fiche");
const NAMED = { OUVERT: "ouvert", FERME: "fermé", INCONNU: "horaires inconnus" };
const SIZE = 40;

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const text = (tag, said, look = "") => Object.assign(document.createElement(tag), { textContent: said, className: look });

const shapes = {
  ouvert: (on) => disc(on, token("--ok-fill"), token("--ink")),
  garde: (on) => diamond(on, token("--ok-fill"), token("--ink")),
  inconnu: (on) => { disc(on, token("--card"), token("--unknown")); hatch(on); },
};

function disc(on, fill, line) {
  on.beginPath();
  on.arc(SIZE / 2, SIZE / 2, SIZE / 2 - 5, 0, 2 * Math.PI);
  paint(on, fill, line);
}

function diamond(on, fill, line) {
  const [middle, edge] = [SIZE / 2, 1];
  on.beginPath();
  on.moveTo(middle, edge);
  for (const [x, y] of [[SIZE - edge, middle], [middle, SIZE - edge], [edge, middle]]) on.lineTo(x, y);
  on.closePath();
  paint(on, fill, line);
}

function paint(on, fill, line) {
  Object.assign(on, { fillStyle: fill, strokeStyle: line, lineWidth: 3.5 });
  on.fill();
  on.stroke();
}

function hatch(on) {
  on.clip();
  on.beginPath();
  for (let x = -SIZE; x < SIZE; x += 8) { on.moveTo(x, SIZE); on.lineTo(x + SIZE, 0); }
  on.lineWidth = 2.5;
  on.stroke();
}

function drawn(draw) {
  const canvas = Object.assign(document.createElement("canvas"), { width: SIZE, height: SIZE });
  const on = canvas.getContext("2d");
  draw(on);
  return on.getImageData(0, 0, SIZE, SIZE);
}

const words = (size) => ({
  "text-field": ["get", "nom"],
  "text-font": ["Atkinson Hyperlegible", "sans-serif"],
  "text-size": size,
  "text-anchor": "top",
  "text-offset": [0, 0.7],
});
const ink = (colour) => ({ "text-color": token(colour), "text-halo-color": token("--card"), "text-halo-width": 1.4 });

// Tiles of a map server, when the territory has set one; they lie under what is known.
const tiles = () => frame.dataset.tiles
  ? { tuiles: { type: "raster", tiles: [frame.dataset.tiles], tileSize: 256 } }
  : {};

function styleOf(ground, places) {
  const source = (data) => ({ type: "geojson", data });
  return {
    version: 8,
    sources: { ...tiles(), communes: source(ground.communes), routes: source(ground.routes), noms: source(ground.noms), lieux: source(places) },
    layers: [
      { id: "dehors", type: "background", paint: { "background-color": token("--ground") } },
      { id: "communes", type: "fill", source: "communes", paint: { "fill-color": token("--raised") } },
      ...(frame.dataset.tiles ? [{ id: "tuiles", type: "raster", source: "tuiles", paint: { "raster-opacity": 0.7 } }] : []),
      { id: "bords", type: "line", source: "communes", paint: { "line-color": token("--line"), "line-width": 0.7 } },
      { id: "routes", type: "line", source: "routes", paint: {
        "line-color": token("--hatch"),
        "line-opacity": ["case", ["get", "rapide"], 0.9, 0.35],
        "line-width": ["interpolate", ["linear"], ["zoom"], 8, ["case", ["get", "rapide"], 1.4, 0.4], 13, ["case", ["get", "rapide"], 4, 1.6]],
      } },
      { id: "bourgs", type: "symbol", source: "noms", minzoom: 9, filter: ["all", ["<=", ["get", "habitants"], 8000], [">", ["get", "habitants"], 1500]], layout: { ...words(12), "symbol-sort-key": ["-", ["get", "habitants"]] }, paint: ink("--soft") },
      { id: "villages", type: "symbol", source: "noms", minzoom: 11, filter: ["<=", ["get", "habitants"], 1500], layout: words(11), paint: ink("--soft") },
      { id: "fermes", type: "circle", source: "lieux", filter: ["==", ["get", "etat"], "FERME"], paint: {
        "circle-color": token("--card"),
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, 1.3, 11, 3, 14, 6],
        "circle-stroke-color": token("--edge"),
        "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 8, 0.6, 12, 1.6],
      } },
      { id: "choisi", type: "circle", source: "lieux", filter: ["==", ["get", "id"], ""], paint: { "circle-radius": 15, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": token("--accent"), "circle-stroke-width": 4 } },
      { id: "lieux", type: "symbol", source: "lieux", filter: ["!=", ["get", "etat"], "FERME"], layout: {
        "icon-image": ["case", ["get", "garde"], "garde", ["match", ["get", "etat"], "OUVERT", "ouvert", "inconnu"]],
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
        "icon-size": ["interpolate", ["linear"], ["zoom"],
          8, ["case", ["get", "garde"], 0.6, ["==", ["get", "etat"], "OUVERT"], 0.45, 0.25],
          13, ["case", ["get", "garde"], 0.9, 0.7]],
        "symbol-sort-key": ["case", ["get", "garde"], 3, ["match", ["get", "etat"], "OUVERT", 2, 1]],
      } },
      { id: "villes", type: "symbol", source: "noms", minzoom: 7, filter: [">", ["get", "habitants"], 8000], layout: { ...words(["interpolate", ["linear"], ["zoom"], 8, 12, 12, 17]), "symbol-sort-key": ["-", ["get", "habitants"]] }, paint: ink("--ink") },
    ],
  };
}

function boundsOf(collection) {
  const box = [180, 90, -180, -90];
  for (const one of collection.features) {
    for (const [lon, lat] of one.geometry.coordinates.flat(2)) {
      box[0] = Math.min(box[0], lon); box[1] = Math.min(box[1], lat);
      box[2] = Math.max(box[2], lon); box[3] = Math.max(box[3], lat);
    }
  }
  return box[0] < box[2] ? box : [-1, 42, 3, 45];
}

function show(map, told) {
  const until = told.jusqu_a ? ` jusqu'au ${new Date(told.jusqu_a).toLocaleString("fr-FR", { day: "2-digit", month: "2-digit", hour: "2-digit", minute: "2-digit" })}` : "";
  card.replaceChildren(
    text("strong", told.nom),
    text("p", `${NAMED[told.etat]}${until}${told.garde ? ", de garde" : ""}`),
    text("p", [told.adresse || told.commune, `fauteuil : ${told.accessible_fauteuil}`, told.creneaux].filter(Boolean).join(" · ")),
  );
  card.hidden = false;
  map.setFilter("choisi", ["==", ["get", "id"], told.id]);
  for (const row of document.querySelectorAll(".spot[data-id]")) {
    row.toggleAttribute("data-chosen", row.dataset.id === told.id);
  }
}

// Another question: list, tally and exports are the server's; the map stays where it is.
async function askAgain(form) {
  const query = new URLSearchParams(new FormData(form));
  if (!query.get("pres")) query.delete("pres");
  const address = `${form.getAttribute("action")}?${query}`;
  const page = new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
  for (const part of ["#lieux", ".tally", ".foot"]) {
    document.querySelector(part).replaceChildren(...page.querySelector(part).childNodes);
  }
  history.replaceState(null, "", address);
  const told = page.getElementById("carte").dataset;
  Object.assign(frame.dataset, { places: told.places, near: told.near ?? "" });
  frame.dispatchEvent(new Event("autres"));
}

async function draw() {
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: frame.dataset.style }));
  let [library, ground, places] = await Promise.all([
    import(frame.dataset.maplibre),
    fetch(frame.dataset.ground).then((answer) => answer.json()),
    fetch(frame.dataset.places).then((answer) => answer.json()),
  ]);
  library.setWorkerUrl(frame.dataset.worker);
  frame.replaceChildren();
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = new library.Map({
    container: frame,
    style: styleOf(ground, places),
    bounds: boundsOf(ground.communes),
    fitBoundsOptions: { padding: { top: 16, right: 16, bottom: 56, left: 16 } }, // the legend is below
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    maxZoom: 16,
    fadeDuration: 0,
    locale: {
      "Map.Title": "Carte des lieux",
      "NavigationControl.ZoomIn": "Agrandir",
      "NavigationControl.ZoomOut": "Réduire",
    },
  });
  const images = () => {
    for (const [name, shape] of Object.entries(shapes)) {
      if (!map.hasImage(name)) map.addImage(name, drawn(shape), { pixelRatio: 2 });
    }
  };
  map.on("style.load", images);
  map.addControl(new library.NavigationControl({ showCompass: false }));
  const goNear = () => {
    const near = frame.dataset.near;
    if (near) map.jumpTo({ center: near.split(",").map(Number), zoom: 11 });
  };
  goNear();
  frame.addEventListener("autres", async () => {
    places = await (await fetch(frame.dataset.places)).json();
    map.getSource("lieux").setData(places);
    card.hidden = true;
    goNear();
  });
  const pressed = ["lieux", "fermes"];
  map.on("click", pressed, (event) => show(map, event.features[0].properties));
  map.on("mouseenter", pressed, () => { map.getCanvas().style.cursor = "pointer"; });
  map.on("mouseleave", pressed, () => { map.getCanvas().style.cursor = ""; });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => map.setStyle(styleOf(ground, places), { diff: false }));
  document.getElementById("lieux").addEventListener("click", (event) => {
    const row = event.target.closest(".spot[data-id]");
    const told = places.features.find((one) => one.properties.id === row?.dataset.id);
    if (!told) return;
    show(map, told.properties);
    map.easeTo({ center: told.geometry.coordinates, zoom: Math.max(map.getZoom(), 12), animate: !still });
  });
  map.once("idle", () => { frame.dataset.drawn = "oui"; });
}

function without(error) {
  frame.replaceChildren(text("p", "La carte ne peut pas être dessinée ici. La liste dit la même chose.", "soft map-waits"));
  frame.dataset.drawn = "non";
  console.warn("carte", error);
}

const filters = document.getElementById("filtres");
for (const happening of ["change", "submit"]) {
  filters.addEventListener(happening, (event) => {
    event.preventDefault();
    askAgain(filters).catch(() => filters.submit());
  });
}
requestAnimationFrame(() => setTimeout(() => draw().catch(without), 0));
