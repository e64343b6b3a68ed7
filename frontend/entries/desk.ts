import "./htmx.ts";
import { startCall } from "../call/page.ts";
import { startPage } from "../live/page.ts";
import { startKeys } from "../live/keys.ts";
import { startMarker } from "../call/marker.ts";

startCall(startPage());
startKeys();
startMarker();
