import "./htmx.ts";
import { startMesh } from "../call/mesh.ts";
import { startCall } from "../call/page.ts";
import { startPage } from "../live/page.ts";

const page = startPage();
startMesh(page, startCall(page));
