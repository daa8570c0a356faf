/**
 * Runs in a lesson page before somebody taps 进入课堂: stands in for the microphone, and for the
 * camera where `camera` says so, and keeps what arrives. Times are in milliseconds of the page's
 * clock (`performance.now()`) where nothing else is said.
 *
 *   statistics  each 250 ms [at, {received, concealed, silent, decoded, octets}], summed over all
 *               the peers that the page ever had
 *   frames      [at, height] of each frame of another's picture that was shown
 *   tones       [at, amplitude] of the other's tone in each 10 ms of all the sound that arrives; at:
 *               in seconds of the sound's clock
 *   clocks      [at, seconds of the sound's clock] each 250 ms: the two may drift apart
 */
(options) => {
  const here = { statistics: [], frames: [], tones: [], clocks: [] };
  globalThis.watched = here;
  const peers = new Set();
  // At the rate that the browser has: Firefox hears no stream in a context of another one.
  const audio = new AudioContext();

  // ---------------------------------------------------------------- what this page sends

  function microphone() {
    const out = audio.createMediaStreamDestination();
    const voice = new GainNode(audio, { gain: 0.2 });
    const tone = new OscillatorNode(audio, { frequency: options.says });
    tone.connect(voice).connect(out);
    tone.start();
    return out.stream.getAudioTracks()[0];
  }

  /** A picture of 640×360 with grain that moves 15 times a second, so that it costs its bits. */
  function camera() {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [640, 360];
    const pen = canvas.getContext("2d", { alpha: false });
    const grain = new ImageData(1280, 360);
    grain.data.forEach((_, at) => {
      grain.data[at] = at % 4 === 3 ? 255 : 110 + 30 * Math.random();
    });
    const wall = new OffscreenCanvas(1280, 360);
    wall.getContext("2d").putImageData(grain, 0, 0);
    let number = 0;
    setInterval(() => {
      number += 1;
      pen.drawImage(wall, -((number * 8) % 640), 0);
    }, 1000 / 15);
    return canvas.captureStream().getVideoTracks()[0];
  }

  const devices = navigator.mediaDevices;
  const own = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async ({ video, audio: sound }) => {
    const seen = options.camera || !video ? null : await own({ video });
    return new MediaStream([
      ...(video ? [seen?.getVideoTracks()[0] ?? camera()] : []),
      ...(sound ? [microphone()] : []),
    ]);
  };

  // ---------------------------------------------------------------- what arrives

  const setRemote = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function (description) {
    peers.add(this);
    return setRemote.call(this, description);
  };

  /** The newest of every statistic that was ever seen: those of a closed peer still count. */
  const known = new Map();
  async function count() {
    const at = performance.now();
    const all = await Promise.all([...peers].map((peer) => peer.getStats()));
    for (const [number, reports] of all.entries()) {
      for (const one of reports.values()) {
        if (one.type === "inbound-rtp") {
          known.set(`${number} ${one.id}`, one);
        }
      }
    }
    const sum = (name) => [...known.values()].reduce((all, one) => all + (one[name] ?? 0), 0);
    here.statistics.push([
      at,
      {
        received: sum("totalSamplesReceived"),
        concealed: sum("concealedSamples"),
        silent: sum("silentConcealedSamples"),
        decoded: sum("framesDecoded"),
        octets: sum("bytesReceived"),
      },
    ]);
  }

  const followed = new WeakSet();
  function follow(video) {
    const each = (now) => {
      here.frames.push([now, video.videoHeight]);
      video.requestVideoFrameCallback(each);
    };
    followed.add(video);
    video.requestVideoFrameCallback(each);
  }

  const WINDOW = 32768;
  const PIECE = Math.round(audio.sampleRate / 100);
  const ear = new AnalyserNode(audio, { fftSize: WINDOW });
  ear.connect(new GainNode(audio, { gain: 0 })).connect(audio.destination);
  const samples = new Float32Array(WINDOW);
  const twice = 2 * Math.cos((2 * Math.PI * options.hears) / audio.sampleRate);

  /** How much of the tone is in a piece of the window (Goertzel). */
  function amplitude(from) {
    let [one, two] = [0, 0];
    for (let at = from; at < from + PIECE; at += 1) {
      [two, one] = [one, samples[at] + twice * one - two];
    }
    return (2 * Math.sqrt(Math.max(0, one ** 2 + two ** 2 - twice * one * two))) / PIECE;
  }

  /** Until when it was listened to, in seconds of the sound's clock. */
  let until = null;
  function listen() {
    const now = audio.currentTime;
    ear.getFloatTimeDomainData(samples);
    here.clocks.push([performance.now(), now]);
    until = Math.max(until ?? now, now - WINDOW / audio.sampleRate);
    const count = Math.floor(((now - until) * audio.sampleRate) / PIECE);
    for (let left = count; left > 0; left -= 1) {
      here.tones.push([until, amplitude(WINDOW - left * PIECE)]);
      until += PIECE / audio.sampleRate;
    }
  }

  const heard = new WeakSet();
  function hear(track) {
    heard.add(track);
    audio.createMediaStreamSource(new MediaStream([track])).connect(ear);
  }

  /** Begins anew; what was kept until now is given. */
  here.take = () => {
    const { statistics, frames, tones, clocks } = here;
    [here.statistics, here.frames, here.tones, here.clocks] = [[], [], [], []];
    return { statistics, frames, tones, clocks };
  };

  setInterval(() => {
    void audio.resume();
    void count();
    listen();
    for (const video of document.querySelectorAll("[data-tile][data-own=false] video")) {
      if (!followed.has(video)) {
        follow(video);
      }
    }
    for (const { receiver } of [...peers].flatMap((peer) => peer.getTransceivers())) {
      const { track } = receiver;
      if (track?.kind === "audio" && track.readyState === "live" && !heard.has(track)) {
        hear(track);
      }
    }
  }, 250);
};
