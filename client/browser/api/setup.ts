/** What the set-up page asks: what is to be trusted, and whether it is trusted yet. */

/** The answer of `GET /setup/about`. */
export interface SetupInfo {
  /** How our HTTPS pages begin for whoever came by this address. */
  readonly origin: string;
  /** SHA-256 of the authority's certificate. */
  readonly fingerprint: string;
}

/** Asks the server; null when it does not answer. */
export async function fetchSetup(): Promise<SetupInfo | null> {
  try {
    const response = await fetch("/setup/about");
    return response.ok ? ((await response.json()) as SetupInfo) : null;
  } catch {
    return null;
  }
}

/** Whether this browser trusts the certificate: a page over HTTPS answers it. */
export async function isTrusted(origin: string): Promise<boolean> {
  try {
    return (await fetch(`${origin}/healthz`, { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}
