/**
 * Runs in a page before the page's own scripts: stands in for camera, microphone and screen, and
 * keeps what the page shows and plays. `interopOptions` says how:
 *
 *   source   number in the stripe of the camera's pictures; the screen's is one higher
 *   sound    "tone", "beep" (100 ms with the flash at each full second) or "echo" (tone, and all the
 *            page plays, 150 ms later and 10 dB lower)
 *   hertz    of the tone
 *   devices  "own": leave the browser's own camera alone
 *   reads    "every": each frame that arrives, where the browser can; else those on the screen
 *   ports    {from: to}: ports in the server's candidates to be replaced
 *
 * `interop` is what tests read. Stripes are laid out as stripes.py says.
 */
(() => {
  const options = globalThis.interopOptions;
  const RATE = 15;
  const [WIDTH, HEIGHT, BLOCKS] = [640, 360, 32];
  const shown = new Map();
  const players = new Set();
  const LATE_MS = 15;
  const here = { number: 0, late: [], offers: 0, errors: [], beeps: [], levels: [], spoken: [] };
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

  /** A picture that moves; in the first tenth of each second its lower half is white. */
  function draw(pen, source, number) {
    pen.fillStyle = `hsl(${(source * 67) % 360} 30% 35%)`;
    pen.fillRect(0, 20, WIDTH, HEIGHT - 20);
    pen.fillStyle = "#c9a227";
    pen.fillRect((number * 9) % WIDTH, 60, 60, 60);
    if (number % RATE < RATE / 10) {
      pen.fillStyle = "#fff";
      pen.fillRect(0, HEIGHT / 2, WIDTH, HEIGHT / 2);
    }
    drawStripe(pen, source, number);
  }

  /** Second 0 of both clocks: pictures and beeps count from here. */
  let begun = null;
  function begin() {
    const audio = context();
    begun ??= { page: performance.now() + 200, audio: audio.currentTime + 0.2 };
    return begun;
  }

  function camera(source, isScreen) {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [WIDTH, HEIGHT];
    const pen = canvas.getContext("2d", { alpha: false });
    const zero = begin().page;
    let number = -1;
    function step() {
      const due = Math.floor((performance.now() - zero) / (1000 / RATE) + 0.05);
      number = Math.max(number + 1, due);
      draw(pen, source, Math.max(0, number));
      if (performance.now() - zero - (number * 1000) / RATE > LATE_MS) {
        here.late.push(number);
      }
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

  function microphone() {
    const audio = context();
    const out = audio.createMediaStreamDestination();
    const voice = audio.createGain();
    const tone = audio.createOscillator();
    tone.frequency.value = options.hertz ?? 440;
    tone.connect(voice).connect(out);
    tone.start();
    if (options.sound === "beep") {
      beep(voice.gain, begin().audio);
    } else {
      voice.gain.value = 0.1;
    }
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

  /** 100 ms at each full second, for a quarter of an hour. */
  function beep(gain, zero) {
    gain.value = 0;
    for (let second = 0; second < 900; second += 1) {
      gain.setValueAtTime(0.4, zero + second);
      gain.setValueAtTime(0, zero + second + 0.1);
    }
  }

  if (options.devices !== "own" && navigator.mediaDevices !== undefined) {
    navigator.mediaDevices.getUserMedia = async ({ video, audio }) =>
      new MediaStream([
        ...(video ? [camera(options.source, false)] : []),
        ...(audio ? [microphone()] : []),
      ]);
    navigator.mediaDevices.getDisplayMedia = async () =>
      new MediaStream([camera(options.source + 1, true)]);
  }

  // ---------------------------------------------------------------- the way to the server

  const setLocal = RTCPeerConnection.prototype.setLocalDescription;
  RTCPeerConnection.prototype.setLocalDescription = function (...words) {
    here.offers += 1;
    return setLocal.apply(this, words);
  };

  const setRemote = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function ({ type, sdp }) {
    const ports = Object.entries(options.ports ?? {});
    const changed = sdp.replace(/^(a=candidate:\S+ \d+ udp \d+ \S+ )(\d+)/gm, (all, head, port) =>
      head.concat(ports.find(([from]) => from === port)?.[1] ?? port),
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

  /**
   * Reads each frame that a tile's video is given. Screens leave out frames that come too close
   * to one another, so where a browser lets us read them before the screen does, we do.
   */
  async function watchTrack(video) {
    const stream = video.srcObject;
    const [track] = stream.getVideoTracks();
    const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
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

  const seen = new Map();
  function take(video, { width, height }, { tile, own }, at) {
    look.drawImage(video, 0, 0, width, width / BLOCKS, 0, 0, small.width, 4);
    look.drawImage(video, 0, height * 0.6, width, height * 0.3, 0, 4, small.width, 4);
    const { data } = look.getImageData(0, 0, small.width, small.height);
    const stripe = readStripe(data);
    const key = `${own === "true" ? "own" : "far"} ${tile}`;
    const known = seen.get(key) ?? { damaged: 0, frames: [] };
    seen.set(key, known);
    if (stripe === null) {
      known.damaged += 1;
    } else {
      const light = (bright(data, 32, 5) + bright(data, 64, 6) + bright(data, 96, 5)) / 3;
      known.frames.push([at / 1000, stripe.source, stripe.number, light > 200]);
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

  /** Connects what sounds now and nothing else. */
  const sounding = new Map();
  function follow() {
    const streams = [...players]
      .filter((one) => one.srcObject !== null && !one.muted && !one.paused)
      .map((one) => one.srcObject)
      .filter((stream) => stream.getAudioTracks().length > 0);
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

  /** The least lead of the page's clock over the sound's, in seconds: without the loop's delays. */
  let lead = Infinity;

  /**
   * Notes when beeps begin to be heard, in seconds of the page's clock: what the page plays now
   * leaves the loudspeaker later by the output's latency.
   */
  function hearBeeps(from) {
    const samples = new Float32Array(WINDOW);
    let known = 0;
    let quietSince = 0;
    setInterval(() => {
      const { currentTime, sampleRate } = context();
      from.getFloatTimeDomainData(samples);
      lead = Math.min(lead, performance.now() / 1000 - currentTime);
      const step = 96;
      for (let at = 0; at < WINDOW; at += step) {
        const second = currentTime - (WINDOW - at) / sampleRate;
        if (second > known) {
          const loud = Math.max(...samples.subarray(at, at + step)) > 0.06;
          if (loud && second - quietSince > 0.3) {
            here.beeps.push(second + lead + (context().outputLatency || 0));
          }
          quietSince = loud ? second : quietSince;
          known = second;
        }
      }
    }, 200);
  }

  /** Begins to listen to all the page plays. */
  here.listen = () => {
    hearBeeps(analyser(played()));
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
