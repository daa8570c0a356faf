/**
 * Runs in a lesson page before somebody taps 进入课堂: stands in for the microphone, and for the
 * camera where `camera` says so, and keeps what arrives. Every time is in milliseconds of the page's
 * clock (`performance.now()`).
 *
 *   statistics  each 250 ms [at, {received, concealed, silent, decoded, octets}], summed over all
 *               the peers that the page ever had
 *   frames      [at, height] of each frame of another's picture that was shown
 *   tones       [at, amplitude] of the other's tone in each 10 ms of all the sound that arrives
 */
(options) => {
  const here = { statistics: [], frames: [], tones: [] };
  globalThis.watched = here;
  const peers = new Set();
  const audio = new AudioContext({ sampleRate: 48000 });

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

  /** Goertzel's filter over each 10 ms: how much of the tone is in them. */
  const EAR = `registerProcessor("ear", class extends AudioWorkletProcessor {
    constructor({ processorOptions: { hertz } }) {
      super();
      this.twice = 2 * Math.cos((2 * Math.PI * hertz) / sampleRate);
      [this.one, this.two, this.count, this.found] = [0, 0, 0, []];
    }
    process([[samples]]) {
      for (let at = 0; at < 128; at += 1) {
        const next = (samples?.[at] ?? 0) + this.twice * this.one - this.two;
        [this.two, this.one] = [this.one, next];
        this.count += 1;
        if (this.count === 480) {
          const power = this.one ** 2 + this.two ** 2 - this.twice * this.one * this.two;
          this.found.push([(currentFrame + at) / sampleRate, Math.sqrt(Math.max(0, power)) / 240]);
          [this.one, this.two, this.count] = [0, 0, 0];
        }
      }
      if (this.found.length >= 10) {
        this.port.postMessage(this.found.splice(0));
      }
      return true;
    }
  });`;

  let ear = null;
  /** Page's clock less the sound's: the least that was ever seen, for messages come late. */
  let apart = Infinity;
  async function listen() {
    const module = URL.createObjectURL(new Blob([EAR], { type: "text/javascript" }));
    await audio.audioWorklet.addModule(module);
    const processorOptions = { hertz: options.hears };
    ear = new AudioWorkletNode(audio, "ear", {
      channelCount: 1,
      channelCountMode: "explicit",
      processorOptions,
    });
    ear.port.onmessage = ({ data }) => {
      apart = Math.min(apart, performance.now() - 1000 * data.at(-1)[0]);
      here.tones.push(...data);
    };
    ear.connect(new GainNode(audio, { gain: 0 })).connect(audio.destination);
  }

  const heard = new WeakSet();
  function hear(track) {
    heard.add(track);
    audio.createMediaStreamSource(new MediaStream([track])).connect(ear);
  }

  /** Begins anew; what was kept until now is given. */
  here.take = () => {
    const { statistics, frames, tones } = here;
    [here.statistics, here.frames, here.tones] = [[], [], []];
    return {
      now: performance.now(),
      statistics,
      frames,
      tones: tones.map(([at, one]) => [1000 * at + apart, one]),
    };
  };

  void listen();
  setInterval(() => {
    void audio.resume();
    void count();
    for (const video of document.querySelectorAll("[data-tile][data-own=false] video")) {
      if (!followed.has(video)) {
        follow(video);
      }
    }
    for (const { receiver } of [...peers].flatMap((peer) => peer.getTransceivers())) {
      const { track } = receiver;
      if (
        ear !== null &&
        track?.kind === "audio" &&
        track.readyState === "live" &&
        !heard.has(track)
      ) {
        hear(track);
      }
    }
  }, 250);
};
