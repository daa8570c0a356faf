/**
 * Runs in a page after in_page.js, in Chromium: when the flashes and beeps of others were really
 * seen and heard.
 *
 * All times are milliseconds of the page's clock and come with each picture and each 10 ms of sound
 * from the browser, so a busy page reads them late but not wrong:
 *
 *   seen   when the compositor shows the frame (requestVideoFrameCallback); its stripe is read from
 *          the same frame of the track, found by its RTP timestamp
 *   heard  when the loudspeaker's thread takes the samples, plus what the browser says it still
 *          takes to the loudspeaker (statistics, media-playout)
 */
(() => {
  const here = globalThis.interop;
  const LOUD = 0.06;
  const PAUSE_MS = 300;
  const NEAR_MS = 200;

  /** Hands each frame or piece of sound of a track to `take` until the track ends. */
  async function each(track, take) {
    const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 50 }).readable.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        break;
      }
      take(value);
      value.close();
    }
  }

  /** Notes in `begins` when beeps begin. */
  function beeps(track, begins) {
    let quietSince = 0;
    void each(track, (piece) => {
      const samples = new Float32Array(piece.numberOfFrames);
      piece.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
      samples.forEach((sample, index) => {
        if (Math.abs(sample) > LOUD) {
          const at = piece.timestamp / 1000 + (index * 1000) / piece.sampleRate;
          if (at - quietSince > PAUSE_MS) {
            begins.push(at);
          }
          quietSince = at;
        }
      });
    });
  }

  /**
   * When a picture was on the screen. The screen leaves out pictures that come too close to one
   * another; theirs is the time at which it would have come after the nearest that was shown.
   */
  function due(rtp, showed) {
    const steps = showed.map(([at, other]) => [at, ((rtp - other) | 0) / 90]);
    const [at, step] = steps.reduce((a, b) => (Math.abs(b[1]) < Math.abs(a[1]) ? b : a));
    return Math.abs(step) < NEAR_MS ? at + step : null;
  }

  /** Notes the pictures of a far tile by their RTP timestamps: what they say and when they show. */
  function seen(video, said, showed) {
    void each(video.srcObject.getVideoTracks()[0], (frame) => {
      const { displayWidth: width, displayHeight: height } = frame;
      const read = here.read(frame, { width, height });
      if (read !== null) {
        said.set(frame.metadata().rtpTimestamp, [read.number, read.flash]);
      }
    });
    const next = (_, { rtpTimestamp, presentationTime, expectedDisplayTime }) => {
      showed.push([Math.max(presentationTime, expectedDisplayTime), rtpTimestamp]);
      video.requestVideoFrameCallback(next);
    };
    video.requestVideoFrameCallback(next);
  }

  /** The browser's sums over all it played: seconds on the way to the loudspeaker, and samples. */
  async function playout() {
    for (const peer of here.peers) {
      for (const report of (await peer.getStats()).values()) {
        if (report.type === "media-playout") {
          return [report.totalPlayoutDelay, report.totalSamplesCount];
        }
      }
    }
    throw new Error("nothing is played");
  }

  /** Begins to note what is seen and heard of the one other participant. */
  here.noteMet = async () => {
    const [said, showed, sounds] = [new Map(), [], []];
    seen(document.querySelector("[data-tile][data-own=false] video"), said, showed);
    beeps(here.streams()[0].getAudioTracks()[0], sounds);
    const [seconds, samples] = await playout();
    here.met = async () => {
      const [secondsNow, samplesNow] = await playout();
      const way = (1000 * (secondsNow - seconds)) / (samplesNow - samples);
      return {
        pictures: [...said]
          .map(([rtp, read]) => [due(rtp, showed), ...read])
          .filter(([at]) => at !== null),
        beeps: sounds.map((at) => at + way),
      };
    };
  };
})();
