/** What a page shows of a list: loaded when it opens, narrowed by a search, a piece at a time. */
import { computed, type ComputedRef, onMounted, type Ref, ref, shallowRef } from "vue";
import { attempt } from "./attempt";

const PIECE = 100;

/** What a `ListSheet` needs of a list; a page binds it there as a whole and adds the words. */
export interface Sheet {
  readonly total: number;
  readonly shown: number;
  readonly ready: boolean;
  readonly hasMore: boolean;
  readonly trouble: string;
  readonly onMore: () => void;
  readonly onAgain: () => Promise<void>;
}

/** A list as a page has it. */
export interface Listing<T, Row> {
  /** Everything the server said; none while it has not yet. */
  readonly answer: Ref<T | null>;
  readonly trouble: Ref<string>;
  readonly query: Ref<string>;
  /** How many there are, searched or not. */
  readonly total: ComputedRef<number>;
  /** The rows that fit the search, as many as are shown. */
  readonly rows: ComputedRef<readonly Row[]>;
  readonly hasMore: ComputedRef<boolean>;
  readonly showMore: () => void;
  readonly reload: () => Promise<void>;
  readonly sheet: ComputedRef<Sheet>;
}

/** Whether a row holds every word of a search, in whatever width or case it was typed. */
export function fits(query: string, texts: readonly string[]): boolean {
  const plain = (text: string): string => text.normalize("NFKC").toLowerCase();
  const all = plain(texts.join(" "));
  return plain(query)
    .split(/\s+/)
    .every((word) => all.includes(word));
}

/** A page's list; `texts` are what a search looks at in a row. */
export function listing<T, Row>(
  load: () => Promise<T>,
  rowsOf: (answer: T) => readonly Row[],
  texts: (row: Row) => readonly string[],
): Listing<T, Row> {
  const answer = shallowRef<T | null>(null) as Ref<T | null>;
  const { trouble, run } = attempt();
  const query = ref("");
  const most = ref(PIECE);
  const all = computed(() => (answer.value === null ? [] : rowsOf(answer.value)));
  const fitting = computed(() => all.value.filter((row) => fits(query.value, texts(row))));
  const reload = (): Promise<void> =>
    run(async () => {
      answer.value = await load();
    });
  onMounted(reload);
  const total = computed(() => all.value.length);
  const rows = computed(() => fitting.value.slice(0, most.value));
  const hasMore = computed(() => fitting.value.length > most.value);
  const showMore = (): void => {
    most.value += PIECE;
  };
  const sheet = computed(() => ({
    total: total.value,
    shown: rows.value.length,
    ready: answer.value !== null,
    hasMore: hasMore.value,
    trouble: trouble.value,
    onMore: showMore,
    onAgain: reload,
  }));
  return { answer, trouble, query, total, rows, hasMore, showMore, reload, sheet };
}
