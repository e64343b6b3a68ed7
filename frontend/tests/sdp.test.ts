import assert from "node:assert/strict";
import { test } from "node:test";

import { failure } from "../call/media.ts";
import { withStartBitrate } from "../call/sdp.ts";

const SDP = [
  "v=0", "m=audio 9 UDP/TLS/RTP/SAVPF 111", "a=rtpmap:111 opus/48000/2", "a=fmtp:111 minptime=10",
  "m=video 9 UDP/TLS/RTP/SAVPF 96 97 102", "a=rtpmap:96 VP8/90000", "a=rtpmap:97 rtx/90000", "a=fmtp:97 apt=96",
  "a=rtpmap:102 H264/90000", "a=fmtp:102 packetization-mode=1", "",
].join("\r\n");

test("every video codec is told where to start, sound and repair are left alone", () => {
  const lines = withStartBitrate(SDP, 2500).split("\r\n");
  assert.ok(lines.includes("a=fmtp:96 x-google-start-bitrate=2500"));
  assert.ok(lines.includes("a=fmtp:102 packetization-mode=1;x-google-start-bitrate=2500"));
  assert.ok(lines.includes("a=fmtp:97 apt=96"));
  assert.ok(lines.includes("a=fmtp:111 minptime=10"));
  assert.equal(lines.at(-1), "");
});

test("each failure of a camera has its own words", () => {
  assert.equal(failure("NotAllowedError"), "refused");
  assert.equal(failure("NotFoundError"), "missing");
  assert.equal(failure("NotReadableError"), "busy");
  assert.equal(failure("TypeError"), "unsupported");
});
