import "leaflet/dist/leaflet.css";
import { startMaps } from "../map/map.ts";

startMaps();
