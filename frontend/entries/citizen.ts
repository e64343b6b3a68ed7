import "./htmx.ts";
import { startPage } from "../live/page.ts";
import { startProof } from "../live/proof.ts";

startPage();
void startProof();
