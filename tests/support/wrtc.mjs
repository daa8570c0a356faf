/**
 * Node's WebRTC as WHIP or WHEP client: `node wrtc.mjs (whip|whep) URL TOKEN`.
 *
 * Prints a line of JSON for each thing that happens, and ends when its standard input does.
 */
import { createRequire } from "node:module";

const needs = createRequire(new URL("../../client/package.json", import.meta.url));
const { RTCPeerConnection, nonstandard, MediaStream } = needs("@roamhq/wrtc");
const [kind, url, token] = process.argv.slice(2);
const WIDTH = 320;
const HEIGHT = 240;

const say = (what) => console.log(JSON.stringify(what));

function publish(peer) {
  const stream = new MediaStream();
  const picture = new nonstandard.RTCVideoSource();
  const sound = new nonstandard.RTCAudioSource();
  peer.addTrack(picture.createTrack(), stream);
  peer.addTrack(sound.createTrack(), stream);
  const data = new Uint8ClampedArray((WIDTH * HEIGHT * 3) / 2);
  let shade = 0;
  setInterval(() => {
    data.fill((shade += 3) % 256);
    picture.onFrame({ width: WIDTH, height: HEIGHT, data });
  }, 50);
  const samples = new Int16Array(480);
  for (let n = 0; n < samples.length; n++) {
    samples[n] = 8000 * Math.sin((2 * Math.PI * 500 * n) / 48000);
  }
  setInterval(() => {
    sound.onData({ samples, sampleRate: 48000, channelCount: 1 });
  }, 10);
}

function watch(peer) {
  const frames = {};
  peer.addTransceiver("audio", { direction: "recvonly" });
  peer.addTransceiver("video", { direction: "recvonly" });
  peer.ontrack = ({ track }) => {
    const count = ({ samples }) => {
      // Its sink ticks without packets too, in silence.
      if (samples && !samples.some((one) => Math.abs(one) > 1000)) return;
      frames[track.kind] = (frames[track.kind] ?? 0) + 1;
      if (frames[track.kind] % 30 === 0) say({ frames });
    };
    if (track.kind === "video") new nonstandard.RTCVideoSink(track).onframe = count;
    else new nonstandard.RTCAudioSink(track).ondata = count;
  };
}

async function gathered(peer) {
  if (peer.iceGatheringState === "complete") return;
  await new Promise((done) => {
    peer.onicegatheringstatechange = () => peer.iceGatheringState === "complete" && done();
  });
}

const peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
peer.onconnectionstatechange = () => say({ connection: peer.connectionState });
(kind === "whip" ? publish : watch)(peer);
await peer.setLocalDescription(await peer.createOffer());
await gathered(peer);
const headers = { "Content-Type": "application/sdp", Authorization: `Bearer ${token}` };
const answer = await fetch(url, { method: "POST", headers, body: peer.localDescription.sdp });
say({ status: answer.status, session: answer.headers.get("Location") });
await peer.setRemoteDescription({ type: "answer", sdp: await answer.text() });
process.stdin.on("end", () => process.exit(0)).resume();
