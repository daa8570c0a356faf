/** What a browser calls itself, short enough for one line of a terminal. */
import { platformOf } from "../setup/platforms";

const PLATFORMS = {
  windows: "Windows",
  uos: "UOS/Kylin",
  android: "Android",
  iphone: "iPhone/iPad",
  debian: "Linux",
} as const;

/** In this order: all of them call themselves Safari, and most Chrome. */
const BROWSERS: readonly (readonly [name: string, sign: RegExp])[] = [
  ["WeChat", /MicroMessenger\/(\d+)/],
  ["Edge", /Edg(?:A|iOS)?\/(\d+)/],
  ["Firefox", /(?:Firefox|FxiOS)\/(\d+)/],
  ["Chrome", /(?:Chrome|CriOS)\/(\d+)/],
  ["Safari", /Version\/(\d+)/],
];

/** Browser with its version, and platform. */
export function browserOf(agent: string, touches: number): string {
  const platform = PLATFORMS[platformOf(agent, touches)];
  for (const [name, sign] of BROWSERS) {
    const version = sign.exec(agent)?.[1];
    if (version !== undefined) {
      return `${name} ${version}, ${platform}`;
    }
  }
  return platform;
}
