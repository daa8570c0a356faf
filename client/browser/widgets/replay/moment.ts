/** Links to a moment; times in them are seconds since 上课, as the page's clock shows them. */

/** The moment a link asks for; null without one. */
export function momentOf(search: string): number | null {
  const asked = new URLSearchParams(search).get("t");
  const seconds = asked === null || asked === "" ? NaN : Number(asked);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}

/** The link to a moment of the lesson that `token` opens. */
export function linkTo(origin: string, token: string, seconds: number): string {
  const moment = String(Math.max(0, Math.floor(seconds)));
  return `${origin}/replay?t=${moment}#${encodeURIComponent(token)}`;
}
