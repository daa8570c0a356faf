/** Where a link's token stands and what a page remembers of it. */
import type { Resume } from "./messages";

/** The token behind the `#` of a link; empty when there is none. */
export function tokenOf(hash: string): string {
  return decodeURIComponent(hash.replace(/^#/, "")).trim();
}

/** The signaling address of the server a page came from. */
export function signalingUrl(location: { protocol: string; host: string }): string {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  return `${scheme}//${location.host}/ws`;
}

/** The part of `Storage` that is needed. */
export type Memory = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/**
 * Takes out what an earlier life of this page left for the same token.
 *
 * It is taken, not read: a copied tab gets a copy of the storage, and two pages with one secret
 * would push each other out. The page puts it back when it is hidden for good.
 */
export function takeProof(memory: Memory, token: string): Resume | null {
  const text = memory.getItem(keyOf(token));
  memory.removeItem(keyOf(token));
  if (text === null) {
    return null;
  }
  try {
    const { device, secret } = JSON.parse(text) as Partial<Resume>;
    return device !== undefined && secret !== undefined ? { device, secret, seen: -1 } : null;
  } catch {
    return null;
  }
}

/** Whether an earlier life of this page was in the lesson. */
export function hasProof(memory: Pick<Storage, "getItem">, token: string): boolean {
  return memory.getItem(keyOf(token)) !== null;
}

/** Leaves the proof for the next life of this page. */
export function leaveProof(memory: Memory, token: string, proof: Resume | null): void {
  if (proof !== null) {
    memory.setItem(keyOf(token), JSON.stringify(proof));
  }
}

const ENTRY = "tongke.entry";

/** Notes that the tap which opens this lesson is the tap that enters it. */
export function leaveEntry(memory: Memory, token: string): void {
  memory.setItem(ENTRY, token);
}

/** Whether the page was opened by such a tap; asked once, so that loading it again is no entry. */
export function takeEntry(memory: Memory, token: string): boolean {
  const noted = memory.getItem(ENTRY);
  memory.removeItem(ENTRY);
  return noted !== null && noted === token;
}

function keyOf(token: string): string {
  return `tongke.device.${token.slice(-32)}`;
}
