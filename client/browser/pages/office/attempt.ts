/** Work that may be refused, and the sentence that says why. */
import { type Ref, ref } from "vue";
import { Trouble } from "../../api/trouble";
import { explain } from "../../widgets/words";

/** What a page shows of its last attempt. */
export interface Attempt {
  /** Why it was not done; empty while all is well. */
  readonly trouble: Ref<string>;
  /** Whether it is under way. */
  readonly busy: Ref<boolean>;
  /** Does it; a `Trouble` becomes its sentence. */
  readonly run: (work: () => Promise<void>) => Promise<void>;
}

/** A new page's attempts. */
export function attempt(): Attempt {
  const trouble = ref("");
  const busy = ref(false);
  async function run(work: () => Promise<void>): Promise<void> {
    trouble.value = "";
    busy.value = true;
    try {
      await work();
    } catch (reason) {
      const told = reason instanceof Trouble ? reason : new Trouble("offline");
      trouble.value = explain(told.word, told.data, told.group);
    } finally {
      busy.value = false;
    }
  }
  return { trouble, busy, run };
}
