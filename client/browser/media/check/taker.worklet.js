/** Hands what it hears to the page, block by block; runs beside it (AudioWorkletGlobalScope). */
class Taker extends AudioWorkletProcessor {
  process([input]) {
    const [channel] = input;
    if (channel !== undefined) {
      this.port.postMessage(channel.slice());
    }
    return true;
  }
}
registerProcessor("taker", Taker);
