import assert from "node:assert/strict";
import { test } from "node:test";
import { type Bridge, bridge, outcomeOf } from "../live/pay.ts";

const wechat: Bridge = { invoke: () => undefined };

test("WeChat's three words, and whatever else it says", () => {
  const said = ["ok", "cancel", "fail"].map((word) => outcomeOf(`get_brand_wcpay_request:${word}`));
  assert.deepEqual(said, ["ok", "cancel", "fail"]);
  for (const strange of [undefined, "", "ok", "get_brand_wcpay_request:okay", "x get_brand_wcpay_request:ok"]) {
    assert.equal(outcomeOf(strange), "fail");
  }
});

test("the bridge is there already", async () => {
  assert.equal(await bridge(Object.assign(new EventTarget(), { WeixinJSBridge: wechat }), new EventTarget()), wechat);
});

test("the bridge comes after the page", async () => {
  const inside: EventTarget & { WeixinJSBridge?: Bridge } = new EventTarget();
  const announced = new EventTarget();
  const waiting = bridge(inside, announced);
  inside.WeixinJSBridge = wechat;
  announced.dispatchEvent(new Event("WeixinJSBridgeReady"));
  assert.equal(await waiting, wechat);
});

test("outside WeChat there is none", async () => {
  await assert.rejects(bridge(new EventTarget(), new EventTarget(), 5), /no bridge/);
});
