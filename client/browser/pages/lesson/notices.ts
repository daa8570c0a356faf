/** Sentences that are shown for a while: what went wrong and what to do. */
import { shallowRef } from "vue";
import { CodedError } from "../../protocol/wire";

/** One sentence, by its code or word, so that a change of language changes it too. */
export interface Notice {
  readonly id: number;
  /** A word of the catalogue, or a code of the server. */
  readonly code: string;
  readonly data: Readonly<Record<string, string | number>>;
  /** Whether it stays until somebody closes it. */
  readonly stays: boolean;
}

const SHOWN_MS = 8000;
const MOST = 3;

/** The sentences shown just now: at most three, the oldest goes first; most go after 8 s. */
export class Notices {
  readonly list = shallowRef<readonly Notice[]>([]);
  private next = 0;

  /** Shows a sentence, until it is closed if it `stays`; one shown already is not shown twice. */
  add(code: string, data: Notice["data"] = {}, stays = false): void {
    const id = this.next++;
    const others = this.list.value.filter((one) => one.code !== code);
    this.list.value = [...others, { id, code, data, stays }].slice(-MOST);
    if (!stays) {
      setTimeout(() => {
        this.dismiss(id);
      }, SHOWN_MS);
    }
  }

  /** Shows why something was not done; anything but a coded error is a bug and thrown on. */
  refused(error: unknown): void {
    if (!(error instanceof CodedError)) {
      throw error;
    }
    this.add(error.code, error.data);
  }

  /** Takes a sentence away. */
  dismiss(id: number): void {
    this.list.value = this.list.value.filter((one) => one.id !== id);
  }
}
