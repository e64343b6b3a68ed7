import "./htmx.ts";
import { startMesh } from "../call/mesh.ts";
import { startCall } from "../call/page.ts";
import { startRecorder } from "../call/recorder.ts";
import { startPage } from "../live/page.ts";
import { startKeys } from "../live/keys.ts";
import { startSaying } from "../live/said.ts";
import { startMarker } from "../call/marker.ts";

const page = startPage();
const call = startCall(page);
startMesh(page, call);
startRecorder(page, call);
startKeys();
startSaying();
startMarker();
