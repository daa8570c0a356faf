/** The platforms that come to trust an authority each in its own way. */
import type { Word } from "../../widgets/words";

/** What StepPicture.vue can draw. */
export type Drawing =
  "file" | "store" | "restart" | "menu" | "import" | "tick" | "warning" | "profile" | "switch";

/** One step: what is seen and what is done. */
export interface Step {
  readonly drawing: Drawing;
  readonly word: Word;
}

/** A file that the set-up port hands out. */
export interface Handout {
  readonly href: string;
  readonly word: Word;
}

/** How one platform comes to trust us. */
export interface Way {
  readonly name: Word;
  readonly download: string;
  readonly steps: readonly [Step, Step, Step];
  /** For panels and whoever looks after them; not needed to trust. */
  readonly more: readonly Handout[];
}

const CERTIFICATE = "/setup/ca.crt";

export const WAYS = {
  windows: {
    name: "setup.name.windows",
    download: CERTIFICATE,
    steps: [
      { drawing: "file", word: "setup.windows.1" },
      { drawing: "store", word: "setup.windows.2" },
      { drawing: "restart", word: "setup.windows.3" },
    ],
    more: [
      { href: "/setup/windows-policy.reg", word: "setup.more.policy" },
      { href: "/setup/windows-kiosk.cmd", word: "setup.more.kiosk" },
    ],
  },
  uos: {
    name: "setup.name.uos",
    download: CERTIFICATE,
    steps: [
      { drawing: "menu", word: "setup.uos.1" },
      { drawing: "import", word: "setup.uos.2" },
      { drawing: "tick", word: "setup.uos.3" },
    ],
    more: [],
  },
  android: {
    name: "setup.name.android",
    download: CERTIFICATE,
    steps: [
      { drawing: "menu", word: "setup.android.1" },
      { drawing: "warning", word: "setup.android.2" },
      { drawing: "file", word: "setup.android.3" },
    ],
    more: [],
  },
  iphone: {
    name: "setup.name.iphone",
    download: "/setup/tongke.mobileconfig",
    steps: [
      { drawing: "profile", word: "setup.iphone.1" },
      { drawing: "menu", word: "setup.iphone.2" },
      { drawing: "switch", word: "setup.iphone.3" },
    ],
    more: [],
  },
  debian: {
    name: "setup.name.debian",
    download: CERTIFICATE,
    steps: [
      { drawing: "menu", word: "setup.debian.1" },
      { drawing: "import", word: "setup.debian.2" },
      { drawing: "tick", word: "setup.debian.3" },
    ],
    more: [],
  },
} as const satisfies Record<string, Way>;

/** A platform that has a way. */
export type Platform = keyof typeof WAYS;

/** Every platform, in the order they are offered. */
export const PLATFORMS = Object.keys(WAYS) as Platform[];

/** In this order: Android and UOS call themselves Linux too, and iPhones resemble a Mac. */
const SIGNS: readonly (readonly [RegExp, Platform])[] = [
  [/Windows/, "windows"],
  [/Android|HarmonyOS/, "android"],
  [/iPhone|iPad|iPod/, "iphone"],
  [/UOS|Uniontech|Kylin/i, "uos"],
  [/Linux|X11/, "debian"],
];

/**
 * The platform behind a browser's name; Windows if it is unknown.
 *
 * @param touches fingers the screen feels: an iPad calls itself a Mac, and no Mac feels any.
 */
export function platformOf(agent: string, touches: number): Platform {
  if (agent.includes("Macintosh") && touches > 1) {
    return "iphone";
  }
  return SIGNS.find(([sign]) => sign.test(agent))?.[1] ?? "windows";
}

const THEN = ["/lesson", "/replay", "/roll", "/check", "/check-devices"];

/** Where to go once trusted: to what was asked for in plain HTTP, with its key, or to the door. */
export function destination(origin: string, search: string, hash: string): string {
  const then = new URLSearchParams(search).get("then") ?? "";
  return THEN.includes(then) ? `${origin}${then}${hash}` : `${origin}/`;
}
