/** Whether a server answers at all, found out without a socket, where sockets that hang stay. */

/** What a server says of itself to anybody. */
const HEALTH = "/healthz";

/** How a browser asks it; none where a new socket does as well. */
export type Reach = (url: string, signal: AbortSignal) => Promise<boolean>;

/** For the browser of this user agent: Firefox and its kin name the date of their engine. */
export function reachIn(userAgent: string): Reach | null {
  return /\bGecko\/\d/.test(userAgent) ? reach : null;
}

/**
 * Whether the server of a signaling address answers; false at once where nobody does, and silence
 * lasts until `signal` ends it.
 *
 * In Firefox a request that is given up is gone, and a WebSocket that is given up is not: it goes on
 * with its connection, has six of them to one server and keeps the next ones waiting behind them.
 * Chromium has it the other way round: a new request waits with the connection of those before.
 */
export async function reach(url: string, signal: AbortSignal): Promise<boolean> {
  const health = new URL(HEALTH, url.replace(/^ws/, "http"));
  try {
    const answer = await fetch(health, {
      signal,
      mode: "no-cors", // a server that lessons moved to is asked too; any answer will do
      cache: "no-store",
      credentials: "omit",
    });
    return answer.status < 500; // a proxy says 502 and the like for a server that is not there
  } catch {
    return false;
  }
}
