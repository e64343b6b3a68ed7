import { startPage } from "../live/page.ts";

startPage();
