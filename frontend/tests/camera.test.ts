import assert from "node:assert/strict";
import { test } from "node:test";
import { abilitiesOf, focusOnPaper } from "../call/camera.ts";

const track = (can: object, refuses = false): { wanted: unknown[]; getCapabilities(): MediaTrackCapabilities; applyConstraints(c?: MediaTrackConstraints): Promise<void> } => {
  const wanted: unknown[] = [];
  return {
    wanted,
    getCapabilities: () => can as MediaTrackCapabilities,
    applyConstraints: (constraints) => { wanted.push(...(constraints?.advanced ?? [])); return refuses ? Promise.reject(new Error()) : Promise.resolve(); },
  };
};

test("only what the camera offers is offered", () => {
  assert.deepEqual(abilitiesOf(null), { light: false, zoom: null, focus: false });
  assert.deepEqual(abilitiesOf(track({ torch: true, zoom: { min: 1, max: 1 }, focusMode: ["continuous"] })), { light: true, zoom: null, focus: false });
  const zoom = { min: 1, max: 8, step: 0.1 };
  assert.deepEqual(abilitiesOf(track({ torch: false, zoom, focusMode: ["manual", "continuous"] })), { light: false, zoom, focus: true });
  assert.deepEqual(abilitiesOf({} as MediaStreamTrack), { light: false, zoom: null, focus: false }); // an old browser cannot say
});

test("a paper is followed by a camera that can, and a camera that breaks its promise ends nothing", async () => {
  const able = track({ focusMode: ["manual", "continuous"] }), unable = track({ focusMode: ["manual"] });
  const liar = track({ focusMode: ["manual", "continuous"] }, true);
  for (const each of [able, unable, liar]) await focusOnPaper(each);
  assert.deepEqual([able.wanted, unable.wanted, liar.wanted], [[{ focusMode: "continuous" }], [], [{ focusMode: "continuous" }]]);
});
