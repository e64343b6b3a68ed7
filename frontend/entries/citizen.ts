import "./htmx.ts";
import { startPage } from "../live/page.ts";

startPage();
