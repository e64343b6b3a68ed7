import assert from "node:assert/strict";
import { test } from "node:test";
import { payload, solve } from "../live/proof.ts";

const challenge = {
  parameters: { algorithm: "SHA-256", cost: 8, keyLength: 32, keyPrefix: "00", nonce: "00".repeat(16), salt: "ff".repeat(16) },
  signature: "abc",
};

test("the first counter whose key begins as asked", async () => {
  const { counter, derivedKey } = await solve(challenge);
  assert.equal(derivedKey.slice(0, 2), "00");
  assert.equal(derivedKey.length, 64);
  assert.deepEqual([counter, derivedKey], [39, "00acd7adba9f8a8d0900b9b342eb0d19be5f67217ec0d7bf3cf58cdbc1ab5478"]);
});

test("what is sent is JSON in base64", () => {
  assert.deepEqual(JSON.parse(atob(payload(challenge, { counter: 7, derivedKey: "00ff" }))), {
    challenge, solution: { counter: 7, derivedKey: "00ff" },
  });
});
