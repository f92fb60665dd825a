// A map to move and zoom, for readers who press the button: Leaflet and the edition's own shapes, both from this
// site. No tiles, nothing from elsewhere. Names are set as text, never as markup.
const button = document.querySelector("button[data-map]");
if (button && location.protocol !== "file:") {
  button.hidden = false;
  button.addEventListener("click", () => open(button).catch(() => button.nextElementSibling.hidden = false), { once: true });
}

function load(vendor) {
  for (const sheet of [vendor + "leaflet.css", vendor + "../map.css"]) {
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = sheet;
    document.head.append(style);
  }
  const script = document.createElement("script");
  script.src = vendor + "leaflet.js";
  const ready = new Promise((done, failed) => {
    script.onload = done;
    script.onerror = failed;
  });
  document.head.append(script);
  return ready;
}

function label(properties) {
  const names = properties.names.map((name) => (name.used_by ? `${name.text} (${name.used_by})` : name.text));
  const said = document.createElement("span");
  said.textContent = [names.join(" / "), properties.label].filter(Boolean).join(". ");
  return said;
}

async function open(button) {
  const [answer] = await Promise.all([fetch(button.dataset.map), load(button.dataset.vendor)]);
  if (!answer.ok) throw new Error(answer.status);
  const shapes = await answer.json();
  const frame = document.createElement("div");
  frame.className = "moving";
  frame.setAttribute("role", "region");
  frame.setAttribute("aria-label", button.textContent);
  button.closest("p").after(frame);
  const map = L.map(frame, { zoomControl: false, fadeAnimation: false, zoomAnimation: false });
  map.attributionControl.setPrefix(false);
  L.control.zoom({ zoomInTitle: button.dataset.in, zoomOutTitle: button.dataset.out }).addTo(map);
  const credit = document.createElement("span");
  credit.textContent = shapes.credit;
  const layer = L.geoJSON(shapes, {
    attribution: credit.innerHTML,
    style: (feature) => ({ className: "area " + feature.properties.role }),
    pointToLayer: (feature, at) => L.circleMarker(at, { radius: 5, className: "area town" }),
    onEachFeature: (feature, shape) => shape.bindPopup(() => label(feature.properties)),
  }).addTo(map);
  const [west, south, east, north] = shapes.bbox;
  const about = shapes.features.filter((feature) => ["concerned", "contested"].includes(feature.properties.role));
  const bounds = about.length ? L.geoJSON(about).getBounds() : L.latLngBounds([south, west], [north, east]);
  map.fitBounds(bounds.pad(0.2));
  layer.bringToFront?.();
  button.hidden = true;
  frame.tabIndex = -1;
  frame.focus();
}
