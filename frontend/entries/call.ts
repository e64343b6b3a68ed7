import "./htmx.ts";
import { startCall } from "../call/page.ts";
import { startPage } from "../live/page.ts";

startCall(startPage());
