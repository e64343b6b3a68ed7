import "./htmx.ts";
import { startCall } from "../call/page.ts";
import { startPage } from "../live/page.ts";
import { startKeys } from "../live/small.ts";

startCall(startPage());
startKeys();
