/** A roll that is being called: by roster where the names are known, else in three numbers. */
import { computed, type ComputedRef, ref, type Ref, shallowRef, type ShallowRef } from "vue";
import type { Declared, Declaring, Marked } from "../../api/roll";
import { Draft } from "./draft";
import { type Counted, counted, type Marks, marksOf, tapped } from "./marks";

/** What a page calls a roll with. */
export interface Call {
  readonly draft: ShallowRef<Draft>;
  /** Who belongs here; none by numbers. */
  readonly pupils: Readonly<ShallowRef<readonly Marked[] | null>>;
  readonly marks: Readonly<ShallowRef<Marks>>;
  /** Teachers who sat in to listen. */
  readonly observing: Ref<number>;
  readonly numbers: ComputedRef<Counted>;
  /** Whether nobody is expected: such a roll says nothing, and the server refuses it. */
  readonly empty: ComputedRef<boolean>;
  /** Begins with what was declared, or else with everyone there. */
  readonly begin: (declared: Declared | null, expected: number, names: readonly Marked[]) => void;
  readonly tap: (pupil: string) => void;
  /** What is to be declared. */
  readonly declaring: (why: string, after: string | null) => Declaring;
  /** The names with the marks as they are now, for whoever begins again with them. */
  readonly named: () => readonly Marked[];
}

/** A roll before anybody has begun to call it. */
export function rollCall(): Call {
  const draft = shallowRef(new Draft());
  const pupils = shallowRef<readonly Marked[] | null>(null);
  const marks = shallowRef<Marks>(new Map());
  const observing = ref(0);
  const numbers = computed<Counted>(() => {
    const { expected, present, onLeave, absent } = draft.value;
    return pupils.value === null
      ? { expected, present, onLeave, absent, late: 0 }
      : counted(pupils.value, marks.value);
  });
  return {
    draft,
    pupils,
    marks,
    observing,
    numbers,
    empty: computed(() => numbers.value.expected === 0),
    begin(declared, expected, names) {
      draft.value = new Draft(declared ?? { expected });
      pupils.value = names.length === 0 ? null : names;
      marks.value = marksOf(names);
      observing.value = declared?.observing ?? 0;
    },
    tap(pupil) {
      marks.value = tapped(marks.value, pupil);
    },
    declaring(why, after) {
      const { expected, present, onLeave } = numbers.value;
      const told = pupils.value === null ? null : Object.fromEntries(marks.value);
      const observed = observing.value;
      return { expected, present, on_leave: onLeave, observing: observed, marks: told, why, after };
    },
    named() {
      const now = marks.value;
      return (pupils.value ?? []).map((one) => ({ ...one, mark: now.get(one.id) ?? null }));
    },
  };
}
