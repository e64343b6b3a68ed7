import { startPage } from "../live/page.ts";
import { startSpeaking } from "../live/speak.ts";

startSpeaking();
startPage();
