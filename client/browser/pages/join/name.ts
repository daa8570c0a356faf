/** What a person called themselves here last. */

const REMEMBERED = "tongke.name";

/** The name; empty where nobody gave one yet. */
export function rememberedName(): string {
  return localStorage.getItem(REMEMBERED) ?? "";
}

/** Offers this name next time. */
export function rememberName(name: string): void {
  localStorage.setItem(REMEMBERED, name);
}
