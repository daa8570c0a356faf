/** The key by which this browser is a classroom's screen also when it lost its cookie. */
import { askNonce, fetchDay, proveScreen, type Day } from "../../api/room";
import { Trouble } from "../../api/trouble";
import { keep, kept } from "./durable";

const NAME = "key";
const KIND = { name: "ECDSA", namedCurve: "P-256" };
const HASHED = { name: "ECDSA", hash: "SHA-256" };
/** What is signed begins with this; `server/access/screen_proofs.py` has the same. */
const PURPOSE = "tongke screen ";

/** What is kept: the private half lets nobody read it, not even this page. */
interface ScreenKey {
  readonly private: CryptoKey;
  /** An uncompressed point, in base64url. */
  readonly public: string;
}

/** The key of which the server said that it is no screen's; not asked again until the page loads. */
let refused = "";

/**
 * A new key, on the disk before a code is typed with it: its public half for the server.
 * Null where the browser makes none (a plain HTTP address) or keeps nothing.
 */
export async function freshKey(): Promise<string | null> {
  if (!isSecureContext) {
    return null;
  }
  const pair = await crypto.subtle.generateKey(KIND, false, ["sign", "verify"]);
  const point = await crypto.subtle.exportKey("raw", pair.publicKey);
  const made: ScreenKey = { private: pair.privateKey, public: words(point) };
  return (await keep(NAME, made)) ? made.public : null;
}

/** What this screen shows now; without its cookie it proves first by its key that it is one. */
export async function dayOfScreen(): Promise<Day> {
  try {
    return await fetchDay();
  } catch (reason) {
    if (!isUnbound(reason) || !(await proved())) {
      throw reason;
    }
    return fetchDay();
  }
}

/** Whether this browser's key is a screen's; then it has its cookie again. */
async function proved(): Promise<boolean> {
  const key = (await kept(NAME)) as ScreenKey | undefined;
  if (key === undefined || key.public === refused) {
    return false;
  }
  const { nonce } = await askNonce();
  const signed = new TextEncoder().encode(PURPOSE + nonce);
  const signature = words(await crypto.subtle.sign(HASHED, key.private, signed));
  try {
    await proveScreen({ key: key.public, nonce, signature });
    return true;
  } catch (reason) {
    if (isUnbound(reason)) {
      refused = key.public;
      return false;
    }
    throw reason;
  }
}

function isUnbound(reason: unknown): boolean {
  return reason instanceof Trouble && reason.word === "screen_unbound";
}

/** Octets in base64url. */
function words(octets: ArrayBuffer): string {
  const text = btoa(String.fromCharCode(...new Uint8Array(octets)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
