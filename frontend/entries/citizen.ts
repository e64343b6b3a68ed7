import "./htmx.ts";
import { startPage } from "../live/page.ts";
import { startPaying } from "../live/pay.ts";
import { startProof } from "../live/proof.ts";

startPage();
startPaying();
void startProof();
