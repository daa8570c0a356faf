/**
 * Runs in a page before the page's own scripts: stands in for camera, microphone and screen, and
 * keeps what the page shows and plays. `interopOptions` says how:
 *
 *   source   number in the stripe of the camera's pictures; the screen's is one higher
 *   sound    "tone" or "echo": noise, which adds up by its power with what was said elsewhere or
 *            earlier, whatever the delays; and all the page plays, 150 ms later and 10 dB lower
 *   hertz    of the tone
 *   rate     pictures a second; few, for a page's cost is mostly its pictures
 *   devices  "own": leave the browser's own camera alone
 *   reads    "every": each frame that arrives, where the browser can; else those on the screen
 *   enters   whether the page presses 进入课堂 itself: no tap to the browser, nor to its policy
 *   ports    {from: to}: ports in the server's candidates to be replaced; TCP's go by no relay and
 *            are left out
 *   udp      whether the server's TCP candidates are left out
 *
 * `interop` is what tests read; beats.js adds to it. Stripes are laid out as stripes.py says.
 */
(() => {
  const options = globalThis.interopOptions;
  const RATE = options.rate ?? 5;
  const [WIDTH, HEIGHT, BLOCKS] = [640, 360, 32];
  const shown = new Map();
  const players = new Set();
  const here = { number: 0, offers: 0, sockets: 0, errors: [], levels: [], spoken: [], own: {}, peers: [] };
  globalThis.interop = here;
  globalThis.addEventListener("error", (event) => here.errors.push(event.message));
  globalThis.addEventListener("unhandledrejection", (event) => {
    here.errors.push(String(event.reason));
  });

  // ---------------------------------------------------------------- what this page sends

  const parity = (value) => ((value ^ (value >> 6) ^ (value >> 12) ^ (value >> 18)) & 63) ^ 42;

  function drawStripe(pen, source, number) {
    const value = (source << 16) | (number & 0xffff);
    const word = ((10 << 28) | (value << 6) | parity(value)) >>> 0;
    const side = WIDTH / BLOCKS;
    for (let block = 0; block < BLOCKS; block += 1) {
      pen.fillStyle = (word >>> (BLOCKS - 1 - block)) & 1 ? "#fff" : "#000";
      pen.fillRect(block * side, 0, side, side);
    }
  }

  /** A picture that moves, with its stripe. */
  function draw(pen, source, number) {
    pen.fillStyle = `hsl(${(source * 67) % 360} 30% 35%)`;
    pen.fillRect(0, 20, WIDTH, HEIGHT - 20);
    pen.fillStyle = "#c9a227";
    pen.fillRect((number * 9) % WIDTH, 60, 60, 60);
    drawStripe(pen, source, number);
  }

  function camera(source, isScreen) {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [WIDTH, HEIGHT];
    const pen = canvas.getContext("2d", { alpha: false });
    const zero = performance.now();
    let number = -1;
    function step() {
      const due = Math.floor((performance.now() - zero) / (1000 / RATE) + 0.05);
      number = Math.max(number + 1, due);
      draw(pen, source, Math.max(0, number));
      if (!isScreen) {
        here.number = number;
      }
      setTimeout(step, Math.max(0, zero + ((number + 1) * 1000) / RATE - performance.now()));
    }
    step();
    return canvas.captureStream().getVideoTracks()[0];
  }

  let only = null;
  function context() {
    only ??= new AudioContext({ sampleRate: 48000 });
    return only;
  }

  function tone(audio) {
    return new OscillatorNode(audio, { frequency: options.hertz ?? 440 });
  }

  /** As loud as the tone, without end, and different in each page. */
  function noise(audio) {
    const buffer = audio.createBuffer(1, 4 * audio.sampleRate, audio.sampleRate);
    const samples = buffer.getChannelData(0);
    samples.forEach((_, at) => {
      samples[at] = Math.sqrt(1.5) * (2 * Math.random() - 1);
    });
    return new AudioBufferSourceNode(audio, { buffer, loop: true });
  }

  function microphone() {
    const audio = context();
    const out = audio.createMediaStreamDestination();
    const voice = audio.createGain();
    const sound = options.sound === "echo" ? noise(audio) : tone(audio);
    sound.connect(voice).connect(out);
    sound.start();
    voice.gain.value = 0.1;
    if (options.sound === "echo") {
      const late = audio.createDelay(1);
      const weaker = audio.createGain();
      late.delayTime.value = 0.15;
      weaker.gain.value = 10 ** (-10 / 20);
      played().connect(late).connect(weaker).connect(out);
      weigh(voice, here.spoken);
    }
    return out.stream.getAudioTracks()[0];
  }

  if (options.devices !== "own" && navigator.mediaDevices !== undefined) {
    navigator.mediaDevices.getUserMedia = async ({ video, audio }) => {
      here.own.camera = video ? camera(options.source, false) : here.own.camera;
      here.own.microphone = audio ? microphone() : here.own.microphone;
      return new MediaStream([
        ...(video ? [here.own.camera] : []),
        ...(audio ? [here.own.microphone] : []),
      ]);
    };
    navigator.mediaDevices.getDisplayMedia = async () =>
      new MediaStream([camera(options.source + 1, true)]);
  }

  if (options.enters) {
    setInterval(() => document.querySelector("[data-do=enter]:not(:disabled)")?.click(), 200);
  }

  // ---------------------------------------------------------------- the way to the server

  globalThis.WebSocket = class extends WebSocket {
    constructor(...words) {
      super(...words);
      here.sockets += 1;
    }
  };

  const setLocal = RTCPeerConnection.prototype.setLocalDescription;
  RTCPeerConnection.prototype.setLocalDescription = function (...words) {
    here.offers += 1;
    return setLocal.apply(this, words);
  };

  const setRemote = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function ({ type, sdp }) {
    here.peers.push(this);
    const ports = Object.entries(options.ports ?? {});
    const relayed =
      options.udp || ports.length > 0 ? sdp.replace(/^a=candidate:\S+ \d+ tcp .*\r\n/gm, "") : sdp;
    const changed = relayed.replace(
      /^(a=candidate:\S+ \d+ udp \d+ \S+ )(\d+)/gm,
      (all, head, port) => head.concat(ports.find(([from]) => from === port)?.[1] ?? port),
    );
    return setRemote.call(this, { type, sdp: changed });
  };

  // ---------------------------------------------------------------- what this page shows

  const small = document.createElement("canvas");
  [small.width, small.height] = [BLOCKS * 4, 8];
  const look = small.getContext("2d", { willReadFrequently: true });

  function bright(pixels, x, y) {
    const at = (y * small.width + x) * 4;
    return (pixels[at] + pixels[at + 1] + pixels[at + 2]) / 3;
  }

  function readStripe(pixels) {
    let word = 0;
    for (let block = 0; block < BLOCKS; block += 1) {
      const light = bright(pixels, block * 4 + 1, 1) + bright(pixels, block * 4 + 2, 2);
      word = ((word << 1) | (light >= 256 ? 1 : 0)) >>> 0;
    }
    const value = (word >>> 6) & 0x3fffff;
    const intact = word >>> 28 === 10 && (word & 63) === parity(value);
    return intact ? { source: value >> 16, number: value & 0xffff } : null;
  }

  /** Frames that a busy page may leave unread: by itself a browser drops all but the newest. */
  const WAITING = 30;

  /**
   * Reads each frame that a tile's video is given. Screens leave out frames that come too close
   * to one another, so where a browser lets us read them before the screen does, we do.
   */
  async function watchTrack(video) {
    const stream = video.srcObject;
    const [track] = stream.getVideoTracks();
    const frames = new MediaStreamTrackProcessor({ track, maxBufferSize: WAITING });
    const reader = frames.readable.getReader();
    shown.set(video, stream);
    for (;;) {
      const { done, value } = await reader.read();
      const tile = video.closest("[data-tile]");
      if (done || tile === null || video.srcObject !== stream) {
        value?.close();
        await reader.cancel();
        break;
      }
      const { displayWidth: width, displayHeight: height } = value;
      take(value, { width, height }, tile.dataset, performance.now());
      value.close();
    }
    if (shown.get(video) === stream) {
      shown.delete(video);
    }
  }

  /** Reads each frame of a tile's video as it is shown. */
  function watch(video) {
    const each = (now, { expectedDisplayTime }) => {
      const tile = video.closest("[data-tile]");
      if (tile === null) {
        shown.delete(video);
        return;
      }
      const { videoWidth: width, videoHeight: height } = video;
      take(video, { width, height }, tile.dataset, Math.max(now, expectedDisplayTime));
      video.requestVideoFrameCallback(each);
    };
    shown.set(video, true);
    video.requestVideoFrameCallback(each);
  }

  /** What a picture's stripe says and whether its lower half is white; null if damaged. */
  here.read = (picture, { width, height }) => {
    look.drawImage(picture, 0, 0, width, width / BLOCKS, 0, 0, small.width, 4);
    look.drawImage(picture, 0, height * 0.6, width, height * 0.3, 0, 4, small.width, 4);
    const { data } = look.getImageData(0, 0, small.width, small.height);
    const light = (bright(data, 32, 5) + bright(data, 64, 6) + bright(data, 96, 5)) / 3;
    const stripe = readStripe(data);
    return stripe === null ? null : { ...stripe, flash: light > 200 };
  };

  const seen = new Map();
  function take(picture, size, { tile, own }, at) {
    const read = here.read(picture, size);
    const key = `${own === "true" ? "own" : "far"} ${tile}`;
    const known = seen.get(key) ?? { damaged: 0, frames: [] };
    seen.set(key, known);
    if (read === null) {
      known.damaged += 1;
    } else {
      known.frames.push([at / 1000, read.source, read.number, read.flash]);
    }
  }

  /** What was shown since this was asked last: frames as [second, source, number, flash]. */
  here.take = () => {
    const all = Object.fromEntries(seen);
    seen.clear();
    return all;
  };

  // ---------------------------------------------------------------- what this page plays

  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    if (this instanceof HTMLAudioElement) {
      players.add(this);
    }
    return play.call(this);
  };

  let bus = null;
  function played() {
    bus ??= context().createGain();
    return bus;
  }

  /** What sounds now. */
  here.streams = () =>
    [...players]
      .filter((one) => one.srcObject !== null && !one.muted && !one.paused)
      .map((one) => one.srcObject)
      .filter((stream) => stream.getAudioTracks().length > 0);

  /** Connects what sounds now and nothing else. */
  const sounding = new Map();
  function follow() {
    const streams = here.streams();
    for (const [stream, node] of sounding) {
      if (!streams.includes(stream)) {
        node.disconnect();
        sounding.delete(stream);
      }
    }
    for (const stream of streams.filter((one) => !sounding.has(one))) {
      const node = context().createMediaStreamSource(stream);
      node.connect(played());
      sounding.set(stream, node);
    }
  }

  const WINDOW = 32768;
  function analyser(node) {
    const found = new AnalyserNode(context(), { fftSize: WINDOW });
    node.connect(found);
    return found;
  }

  /** Notes mean powers of about half a second each. */
  function weigh(node, powers) {
    const from = analyser(node);
    const samples = new Float32Array(WINDOW);
    setInterval(() => {
      from.getFloatTimeDomainData(samples);
      powers.push(samples.reduce((sum, one) => sum + one * one, 0) / WINDOW);
    }, 680);
  }

  /** Begins to listen to all the page plays. */
  here.listen = () => {
    weigh(played(), here.levels);
  };

  setInterval(() => {
    follow();
    for (const video of document.querySelectorAll("[data-tile] video")) {
      const ahead = options.reads === "every" && "MediaStreamTrackProcessor" in globalThis;
      if (!ahead && !shown.has(video)) {
        watch(video);
      } else if (ahead && video.srcObject !== null && shown.get(video) !== video.srcObject) {
        void watchTrack(video);
      }
    }
  }, 200);
})();
