/** Whether a server answers at all, found out without a socket. */

/** What a server says of itself to anybody. */
const HEALTH = "/healthz";

/**
 * Whether the server of a signaling address answers; false at once where nobody does, and silence
 * lasts until `signal` ends it.
 *
 * A request that is given up is gone. A WebSocket that is given up is not: Firefox goes on with its
 * connection, has six of them to one server and keeps the next ones waiting behind them, and both
 * Firefox and Chromium let a page that failed often wait before its next one (RFC 6455, 7.2.3).
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
