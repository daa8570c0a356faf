/** The catalogue: every sentence people read, in the language they chose. */
import { ref } from "vue";
import sharedEnglish from "../../../signaling/locale/en.json";
import sharedChinese from "../../../signaling/locale/zh.json";
import english from "../locale/en.json";
import chinese from "../locale/zh.json";

/** A sentence of the screens. */
export type Word = keyof typeof chinese;

/** The languages there are; Chinese is written first. */
export type Language = "zh" | "en";

type Filling = Readonly<Record<string, string | number>>;

const SCREENS: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  zh: chinese,
  en: english,
};

type Shared = Readonly<Partial<Record<Group, Readonly<Record<string, string>>>>>;

const SHARED: Readonly<Record<Language, Shared>> = { zh: sharedChinese, en: sharedEnglish };

const REMEMBERED = "tongke.language";

/** The language just now. */
export const language = ref<Language>(localStorage.getItem(REMEMBERED) === "en" ? "en" : "zh");

/** Changes the language, for this browser's next visits too. */
export function speak(chosen: Language): void {
  language.value = chosen;
  localStorage.setItem(REMEMBERED, chosen);
  document.documentElement.lang = chosen === "zh" ? "zh-CN" : "en";
}

/** A sentence of the screens, filled in. */
export function say(word: Word, filling: Filling = {}): string {
  return fill(SCREENS[language.value][word] ?? word, filling);
}

/** Groups of codes and reasons in the shared catalogue; one word may stand in several. */
export type Group = "code" | "end" | "leave" | "gap" | "recording" | "consent" | "refusal";

/** The sentence for a code or a reason of the server; the word itself if it is newer than this page. */
export function explain(word: string, filling: Filling = {}, group: Group = "code"): string {
  if (word === "offline") {
    return say("notice.unsent");
  }
  return fill(SHARED[language.value][group]?.[word] ?? word, filling);
}

const CHINESE = /[\u3400-\u9fff]/;
const LATIN = /[A-Za-z0-9]/;

/** Puts the values in, with a space where Chinese and Latin writing meet. */
function fill(sentence: string, filling: Filling): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string, at: number) => {
    const value = String(filling[name] ?? whole);
    const before = meet(sentence.charAt(at - 1), value.charAt(0)) ? " " : "";
    const after = meet(sentence.charAt(at + whole.length), value.slice(-1)) ? " " : "";
    return before + value + after;
  });
}

function meet(ours: string, theirs: string): boolean {
  return CHINESE.test(ours) && LATIN.test(theirs);
}

/** Seconds as a clock shows them: 12:41, from an hour on 1:02:03. */
export function clockTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const pad = (value: number): string => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0
    ? `${String(hours)}:${pad(minutes)}:${pad(whole % 60)}`
    : `${pad(minutes)}:${pad(whole % 60)}`;
}
