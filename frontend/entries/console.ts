import "./htmx.ts";
import { startPage } from "../live/page.ts";
import { startKeys } from "../live/keys.ts";

startPage();
startKeys();
