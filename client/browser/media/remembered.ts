/** Which camera a classroom uses: a laptop that is carried from room to room knows it in each. */

/** A camera one can choose. */
export interface Choice {
  readonly id: string;
  readonly label: string;
}

/** The part of `Storage` that is needed. */
type Store = Pick<Storage, "getItem" | "setItem">;

/** The camera that was chosen in a room; null where none was. `room` is empty outside of any. */
export function rememberedCamera(room: string, store: Store = localStorage): Choice | null {
  try {
    const found = JSON.parse(store.getItem(keyOf(room)) ?? "null") as Partial<Choice> | null;
    return found?.id === undefined ? null : { id: found.id, label: found.label ?? "" };
  } catch {
    return null;
  }
}

/** Uses this camera in the room from now on. */
export function rememberCamera(room: string, camera: Choice, store: Store = localStorage): void {
  store.setItem(keyOf(room), JSON.stringify(camera));
}

function keyOf(room: string): string {
  return `tongke.camera.${room}`;
}
