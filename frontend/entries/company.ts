import "./htmx.ts";
import { startCompany } from "../call/company.ts";
import { startPage } from "../live/page.ts";
import { startKeys } from "../live/keys.ts";

startCompany(startPage());
startKeys();
