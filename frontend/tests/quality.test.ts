import assert from "node:assert/strict";
import { test } from "node:test";
import { NOTHING, sumsOf, together } from "../call/quality.ts";

const stats = (relay: boolean): Map<string, { type: string } & Record<string, unknown>> => new Map(Object.entries({
  video: { type: "inbound-rtp", kind: "video", packetsReceived: 900, packetsLost: 100, freezeCount: 2, totalFreezesDuration: 1.5, frameWidth: 1280, frameHeight: 720 },
  sound: { type: "inbound-rtp", kind: "audio", packetsReceived: 500, packetsLost: -3 },
  sent: { type: "outbound-rtp", packetsSent: 7 },
  transport: { type: "transport", selectedCandidatePairId: "pair" },
  pair: { type: "candidate-pair", localCandidateId: "here", remoteCandidateId: "there" },
  here: { type: "local-candidate", candidateType: relay ? "relay" : "host" },
  there: { type: "remote-candidate", candidateType: "srflx" },
}));

test("what one connection received is summed up", () => {
  assert.deepEqual(sumsOf(stats(false)), { height: 720, received: 1400, lost: 100, freezes: 2, frozen_ms: 1500, relayed: false });
  assert.equal(sumsOf(stats(true)).relayed, true);
  assert.deepEqual(sumsOf(new Map()), NOTHING);
});

test("connections that follow each other add up, and the last known path counts", () => {
  const first = sumsOf(stats(true));
  assert.deepEqual(together(first, first), { height: 720, received: 2800, lost: 200, freezes: 4, frozen_ms: 3000, relayed: true });
  assert.equal(together(first, NOTHING).relayed, true);
});
