/** Maps of venues: the shipped polygons, and tiles only where a tile server is configured. */

import * as L from "leaflet";

interface Venue { code: string; name: string; latitude: number; longitude: number; url?: string; note?: string }
interface Content { centre: [number, number]; zoom: number; here?: [number, number] | null; venues: Venue[] }

const token = (name: string, fallback: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim() || fallback;

function popup(venue: Venue): HTMLElement {
  const box = document.createElement("div");
  const name = document.createElement(venue.url?.startsWith("/") ? "a" : "strong");
  if (name instanceof HTMLAnchorElement) name.href = venue.url ?? "";
  name.textContent = venue.name;
  const note = document.createElement("div");
  note.textContent = venue.note ?? "";
  box.append(name, note);
  return box;
}

async function drawAreas(map: L.Map, url: string, colour: string): Promise<void> {
  const response = await fetch(url);
  if (!response.ok) return;
  const areas = (await response.json()) as GeoJSON.GeoJsonObject;
  L.geoJSON(areas, { style: { color: colour, weight: 1, fillOpacity: 0.06 }, interactive: false }).addTo(map);
}

function draw(element: HTMLElement): void {
  const source = document.querySelector(element.dataset["src"] ?? "")?.textContent;
  if (!source) return;
  const content = JSON.parse(source) as Content;
  const brand = token("--brand", "#1261a6");
  const map = L.map(element, { attributionControl: Boolean(element.dataset["tiles"]), preferCanvas: false }).setView(content.centre, content.zoom);
  if (element.dataset["tiles"]) L.tileLayer(element.dataset["tiles"], { attribution: element.dataset["attribution"] ?? "" }).addTo(map);
  if (element.dataset["areas"]) void drawAreas(map, element.dataset["areas"], brand);
  const bounds = L.latLngBounds([]);
  for (const venue of content.venues) {
    const marker = L.circleMarker([venue.latitude, venue.longitude], { radius: 9, color: brand, fillColor: brand, fillOpacity: 0.85, weight: 2 });
    marker.bindPopup(popup(venue)).bindTooltip(venue.name).addTo(map);
    bounds.extend(marker.getLatLng());
  }
  if (content.here) {
    L.circleMarker(content.here, { radius: 7, color: "#fff", fillColor: token("--danger", "#c4281c"), fillOpacity: 1, weight: 3 }).addTo(map);
    bounds.extend(content.here);
  }
  if (bounds.isValid()) map.fitBounds(bounds, { padding: [24, 24], maxZoom: 15 });
  new ResizeObserver(() => map.invalidateSize()).observe(element);
}

export function startMaps(): void {
  document.querySelectorAll<HTMLElement>("[data-map]").forEach(draw);
}
