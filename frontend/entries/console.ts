import "./htmx.ts";
import { startPage } from "../live/page.ts";
import { startKeys } from "../live/keys.ts";
import { startSaying } from "../live/said.ts";

startPage();
startKeys();
startSaying();
