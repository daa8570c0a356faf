/** Tells the server what a check of this device's path found, for whoever waits for it. */

/** What the server is told beside the measurement. */
export interface Told {
  /** Random, one for each page. */
  readonly device: string;
  /** What somebody calls this device; may be empty. */
  readonly name: string;
  readonly browser: string;
}

/** Why nothing is measured: a code of the server's, or `offline`. */
export interface Refusal {
  readonly word: string;
  readonly data: Record<string, string | number>;
  readonly group: "code" | "refusal";
}

/** Reports a measurement; why it was refused, or null. */
export async function reportPath(token: string, told: Told, path: object): Promise<Refusal | null> {
  try {
    const response = await fetch("/api/check/report", {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ ...told, ...path }),
    });
    return response.ok ? null : refusalIn((await response.json()) as Partial<Answer>);
  } catch {
    return refusalIn({});
  }
}

interface Answer {
  readonly code: string;
  readonly refusal: string;
  readonly data: Record<string, string | number>;
}

function refusalIn({ code, refusal, data = {} }: Partial<Answer>): Refusal {
  return refusal === undefined
    ? { word: code ?? "offline", data, group: "code" }
    : { word: refusal, data, group: "refusal" };
}
