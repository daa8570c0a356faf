/** What of a recording was watched, as stretches that do not overlap; pure. */

/** From which second to which. */
export type Stretch = readonly [number, number];

/** The stretches without what was watched twice, in order, cut to the length of the lesson. */
export function seen(stretches: readonly Stretch[], seconds: number): Stretch[] {
  const inOrder = stretches
    .map(([from, to]): [number, number] => [Math.max(from, 0), Math.min(to, seconds)])
    .filter(([from, to]) => to > from)
    .sort(([one], [other]) => one - other);
  const joined: [number, number][] = [];
  for (const [from, to] of inOrder) {
    const last = joined[joined.length - 1];
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

/** How many seconds of it were seen. */
export function total(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, [from, to]) => sum + to - from, 0);
}
