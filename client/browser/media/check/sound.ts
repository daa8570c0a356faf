/** Plays and records at once: the shell round the measurements of sound. */
import { sweep } from "./sweep";
import takerUrl from "./taker.worklet.js?url&no-inline";

/** Seconds recorded beyond what is played: the way through mixer, air and buffers. */
const TAIL_SECONDS = 0.8;

/** What was played, if anything, and what a microphone heard from its start on; both of one rate. */
export interface Recording {
  readonly rate: number;
  readonly played: Float32Array;
  readonly heard: Float32Array;
}

/** One studio for a check; make it in the tap that begins it, or the browser lets nothing play. */
export class Studio {
  private readonly audio = new AudioContext();
  private ready: Promise<void> | null = null;

  /** Records a microphone for some seconds. */
  listen(microphone: MediaStreamTrack, seconds: number): Promise<Recording> {
    return this.record(microphone, seconds, null);
  }

  /** Plays the sweep and records a microphone meanwhile. */
  async sound(microphone: MediaStreamTrack): Promise<Recording> {
    const samples = sweep(this.audio.sampleRate);
    const seconds = samples.length / this.audio.sampleRate + TAIL_SECONDS;
    return this.record(microphone, seconds, samples);
  }

  /** Gives the sound card back. */
  async close(): Promise<void> {
    await this.audio.close();
  }

  private async record(
    microphone: MediaStreamTrack,
    seconds: number,
    samples: Float32Array<ArrayBuffer> | null,
  ): Promise<Recording> {
    await this.audio.resume();
    this.ready ??= this.audio.audioWorklet.addModule(takerUrl);
    await this.ready;
    const rate = this.audio.sampleRate;
    const source = this.audio.createMediaStreamSource(new MediaStream([microphone]));
    const taker = new AudioWorkletNode(this.audio, "taker", { numberOfOutputs: 0 });
    const blocks: Float32Array[] = [];
    const enough = filled(taker.port, blocks, Math.round(seconds * rate), seconds);
    source.connect(taker);
    const stop = samples === null ? null : this.play(samples);
    await enough;
    stop?.();
    source.disconnect();
    return { rate, played: samples ?? new Float32Array(0), heard: joined(blocks) };
  }

  private play(samples: Float32Array<ArrayBuffer>): () => void {
    const buffer = this.audio.createBuffer(1, samples.length, this.audio.sampleRate);
    buffer.copyToChannel(samples, 0);
    const player = new AudioBufferSourceNode(this.audio, { buffer });
    player.connect(this.audio.destination);
    player.start();
    return () => {
      player.disconnect();
    };
  }
}

const PATIENCE = 2;

/** Until so many samples came, or twice the time they take: a microphone that died sends none. */
function filled(
  port: MessagePort,
  blocks: Float32Array[],
  wanted: number,
  seconds: number,
): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * PATIENCE * 1000);
    let count = 0;
    port.onmessage = ({ data }: MessageEvent<Float32Array>) => {
      blocks.push(data);
      count += data.length;
      if (count >= wanted) {
        clearTimeout(timer);
        resolve();
      }
    };
  });
}

function joined(blocks: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    result.set(block, at);
    at += block.length;
  }
  return result;
}
