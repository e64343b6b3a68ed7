import { startPage } from "../live/page.ts";
import { startCode } from "../live/code.ts";
import { startSpeaking } from "../live/speak.ts";

startSpeaking();
startPage();
startCode();
