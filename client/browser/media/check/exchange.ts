/** Round trips over a websocket, and how the two clocks stand to each other. */
const EXCHANGES = 10;
const LIMIT_MS = 6000;

/** One round trip by this device's clock, and the server's clock within it. */
export interface Exchange {
  readonly sent: number;
  readonly got: number;
  readonly server: number;
}

/** What the round trips tell. */
export interface Exchanged {
  readonly rtt_ms: number;
  readonly clock_ms: number;
}

/** Median round trip, and the clock's lead by the shortest one, which says most (RFC 5905, 10). */
export function judge(exchanges: readonly Exchange[]): Exchanged | null {
  const [best, ...others] = [...exchanges].sort((a, b) => a.got - a.sent - (b.got - b.sent));
  if (best === undefined) {
    return null;
  }
  const middle = [best, ...others][exchanges.length >> 1] ?? best;
  return {
    rtt_ms: middle.got - middle.sent,
    clock_ms: (best.sent + best.got) / 2 - best.server,
  };
}

/** Measures; null if no websocket passes. */
export function measureExchange(token: string): Promise<Exchanged | null> {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(`${scheme}//${location.host}/api/check/ws`);
  const exchanges: Exchange[] = [];
  let sent = 0;
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      socket.close();
      resolve(judge(exchanges));
    };
    const timer = setTimeout(done, LIMIT_MS);
    const ask = (): void => {
      sent = now();
      socket.send("?");
    };
    socket.onopen = () => {
      socket.send(token);
      ask();
    };
    socket.onclose = socket.onerror = done;
    socket.onmessage = ({ data }) => {
      const { utc_ms } = JSON.parse(String(data)) as { utc_ms: number };
      exchanges.push({ sent, got: now(), server: utc_ms });
      if (exchanges.length < EXCHANGES) {
        ask();
      } else {
        done();
      }
    };
  });
}

/** The wall clock with parts of a millisecond. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
