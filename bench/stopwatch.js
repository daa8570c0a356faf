/**
 * Runs in a lesson page before somebody taps 进入课堂: notes when things happen, in milliseconds
 * since 1970, so that a program beside the browser can compare them with its own clock.
 *
 *   tapped    on 进入课堂
 *   answered  the answer to the down offer has come
 *   live      the lesson stands
 *   pictured  the first frame from the server was shown
 *   bound     slots were bound anew, since `await` was called
 *   arrived   the first frame with the awaited stripe was shown; stripes.py says how they look
 */
(() => {
  const BLOCKS = 32;
  const here = { tapped: 0, answered: 0, live: 0, pictured: 0, bound: 0, arrived: 0 };
  globalThis.stopwatch = here;
  const now = () => performance.timeOrigin + performance.now();
  const note = (what) => {
    here[what] ||= now();
  };

  let awaited = null;
  /** Waits for the stripe of this number. */
  here.await = (source) => {
    [awaited, here.bound, here.arrived] = [source, 0, 0];
  };

  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-do=enter]") !== null) {
      note("tapped");
    }
  }, true);

  new MutationObserver(() => {
    if (document.querySelector("[data-standing=live]") !== null) {
      note("live");
    }
  }).observe(document, { subtree: true, childList: true, attributeFilter: ["data-standing"] });

  const setRemote = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function (...words) {
    if (this.getTransceivers().every(({ direction }) => direction === "recvonly")) {
      note("answered");
    }
    return setRemote.apply(this, words);
  };

  globalThis.WebSocket = class extends WebSocket {
    constructor(...words) {
      super(...words);
      this.addEventListener("message", ({ data }) => {
        if (JSON.parse(data).type === "bound") {
          note("bound");
        }
      });
    }
  };

  const small = document.createElement("canvas");
  [small.width, small.height] = [BLOCKS, 1];
  const pen = small.getContext("2d", { willReadFrequently: true });

  /** The source that a frame's stripe names: the 6 bits after the mark 1010. */
  function sourceOf(video) {
    pen.drawImage(video, 0, 0, video.videoWidth, video.videoWidth / BLOCKS, 0, 0, BLOCKS, 1);
    const { data } = pen.getImageData(0, 0, BLOCKS, 1);
    const bits = Array.from({ length: 10 }, (_, block) => (data[4 * block] >= 128 ? "1" : "0"));
    const [mark, source] = [bits.slice(0, 4).join(""), bits.slice(4).join("")];
    return mark === "1010" ? parseInt(source, 2) : null;
  }

  function look(video) {
    const tile = video.closest("[data-tile]");
    if (tile !== null && tile.dataset.own === "false") {
      note("pictured");
      if (awaited !== null && here.arrived === 0 && sourceOf(video) === awaited) {
        note("arrived");
      }
    }
    video.requestVideoFrameCallback(() => look(video));
  }

  const watched = new Set();
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    if (this instanceof HTMLVideoElement && !watched.has(this)) {
      watched.add(this);
      this.requestVideoFrameCallback(() => look(this));
    }
    return play.call(this);
  };
})();
