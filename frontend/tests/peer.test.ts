import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { Peer } from "../call/peer.ts";

interface Parameters { encodings: { maxBitrate?: number; scaleResolutionDownBy?: number }[]; number: number }

/** As browsers do: what was read before something else was set is refused. */
class Sender {
  track: unknown = null;
  private number = 0;
  private encoding: Parameters["encodings"][0] = {};
  getParameters(): Parameters { return { encodings: [{ ...this.encoding }], number: this.number }; }
  async setParameters({ encodings, number }: Parameters): Promise<void> {
    if (number !== this.number) throw new DOMException("read again", "InvalidModificationError");
    this.number++;
    await Promise.resolve();
    this.encoding = encodings[0] ?? {};
  }
  async replaceTrack(track: unknown): Promise<void> { this.track = track; }
  get smaller(): number | undefined { return this.encoding.scaleResolutionDownBy; }
}

class Connection {
  signalingState = "stable";
  connectionState = "new";
  readonly senders: Sender[] = [];
  onconnectionstatechange: (() => void) | null = null;
  addTransceiver(): { sender: Sender } {
    const sender = new Sender();
    this.senders.push(sender);
    return { sender };
  }
  close(): void { this.signalingState = "closed"; }
}

function officer(): { peer: Peer; picture: Sender; stands(): void } {
  const made: Connection[] = [];
  class Made extends Connection { constructor() { super(); made.push(this); } }
  const quiet = { send: () => undefined, state: () => undefined, remote: () => undefined };
  Object.assign(globalThis, { window: globalThis, RTCPeerConnection: Made, MediaStream: class {} });
  const peer = new Peer(false, {}, {}, {} as MediaStream, quiet);
  const [connection] = made;
  const stands = (): void => { connection!.connectionState = "connected"; connection!.onconnectionstatechange?.(); };
  return { peer, picture: connection!.senders[1]!, stands };
}

const TRACK = {} as MediaStreamTrack;
const settled = async (): Promise<void> => { for (let i = 0; i < 20; i++) await Promise.resolve(); };

test("the first picture is small, and whole once it was seen", async () => {
  const { peer, picture, stands } = officer();
  stands();
  void peer.show(null, null);
  await peer.show(null, TRACK);
  assert.equal(picture.smaller, 4);
  peer.sharpen();
  await settled();
  assert.equal(picture.smaller, 1);
  await peer.show(null, TRACK, "stills");
  assert.equal(picture.smaller, 1);
  peer.close();
});

test("limits that are set twice at once end at the last", async () => {
  const { peer, picture } = officer();
  void peer.show(null, TRACK);
  peer.sharpen();
  await settled();
  assert.equal(picture.smaller, 1);
  peer.close();
});

test("who never says that they see us gets the whole picture all the same, a second after there is a path", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { peer, picture, stands } = officer();
  await peer.show(null, TRACK);
  mock.timers.tick(5000);
  await settled();
  assert.equal(picture.smaller, 4);
  stands();
  mock.timers.tick(1000);
  await settled();
  assert.equal(picture.smaller, 1);
  peer.close();
  mock.timers.reset();
});
