import "./htmx.ts";
import { startCall } from "../call/page.ts";
import { startPage } from "../live/page.ts";
import { startKeys } from "../live/keys.ts";

startCall(startPage());
startKeys();
