/** Why something was not done: a word of the shared catalogue, or `offline`. */
export class Trouble extends Error {
  constructor(
    readonly word: string,
    readonly data: Record<string, string | number> = {},
    readonly group: "code" | "refusal" = "code",
  ) {
    super(word);
    this.name = "Trouble";
  }
}

/** The answer to a request as JSON; rejects with a `Trouble`. */
export async function answerOf<T>(url: string, init: RequestInit): Promise<T> {
  return (await (await answered(url, init)).json()) as T;
}

/** The answer to a request as a file; rejects with a `Trouble`. */
export async function fileOf(url: string, init: RequestInit): Promise<Blob> {
  return (await answered(url, init)).blob();
}

async function answered(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch {
    throw new Trouble("offline");
  }
  if (!response.ok) {
    throw await troubleIn(response);
  }
  return response;
}

/** What an answer that is none says. */
async function troubleIn(response: Response): Promise<Trouble> {
  try {
    const { code, refusal, data } = (await response.json()) as {
      code?: string;
      refusal?: string;
      data: Record<string, string | number>;
    };
    return refusal === undefined
      ? new Trouble(code ?? "offline", data)
      : new Trouble(refusal, data, "refusal");
  } catch {
    return new Trouble("offline");
  }
}
