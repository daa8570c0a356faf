/** What capacities, schools and forms are called. */
import { say, type Word } from "../../widgets/words";

/** A capacity in the reader's language. */
export function capacityName(capacity: string): string {
  return say(`capacity.${capacity}` as Word);
}

/** A kind of organisation. */
export const kindName = (kind: string): string => say(`kind.${kind}` as Word);

/** The forms of the programme; `server/programme/pairing.py` has the same list. */
export const FORMS = ["sync_class", "delivery_class", "net_training", "master_class"];

/** A form of the programme. */
export const formName = (form: string): string => say(`form.${form}` as Word);

/** How far apart two schools lie. */
export const scopeName = (scope: string): string => say(`scope.${scope}` as Word);
