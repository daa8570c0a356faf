/** What capacities are called. */
import { say, type Word } from "../../widgets/words";

/** A capacity in the reader's language. */
export function capacityName(capacity: string): string {
  return say(`capacity.${capacity}` as Word);
}
