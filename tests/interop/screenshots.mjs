/**
 * Takes the pictures of README.md and README.zh-CN.md: a real lesson between two simulated
 * classrooms with the demo's footage, and its replay, in both languages. `make screenshots`.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const IMAGES = join(ROOT, "docs", "images");
const THEME = join(ROOT, "client", "browser", "widgets", "theme.css");
const VIEWPORT = { width: 1366, height: 768 };
const LESSON_MS = 20_000;
const SCENES = {
  zh: { title: "音乐《茉莉花》", host: "实验小学 三(2)班", room: "齐溪镇中心小学 三(1)班" },
  en: { title: "Music: Jasmine Flower", host: "City School 3(2)", room: "Qixi Village 3(1)" },
};
/** Makes a file that Chromium takes for a camera of the first clip; names the other room's. */
const FOOTAGE = `
import json, sys
import av
from server.demo import cache
from server.footage import classrooms
host, other = classrooms(cache())
with av.open(str(host.camera)) as clip, av.open(sys.argv[1], "w", format="mjpeg") as out:
    stream = out.add_stream("mjpeg", rate=25)
    stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuvj420p"
    for _, frame in zip(range(125), clip.decode(video=0)):
        out.mux(stream.encode(frame.reformat(1280, 720, "yuvj420p", dst_color_range="JPEG")))
    out.mux(stream.encode(None))
print(json.dumps({"pupils": str(other.class_camera), "voice": str(other.voice)}))`;
/**
 * Few colours keep the repository small; Pillow comes with the demo's clips. The theme's own are
 * kept, with two steps to the ground for the edges of letters: the camera's many greens and browns
 * would else take the place of a red dot that covers a hundred pixels.
 */
const SHRINK = `
import re, sys
from pathlib import Path
from PIL import Image
taken = Image.open(sys.argv[1]).convert("RGB")
named = re.findall("--([a-z-]+): #([0-9a-f]{6})", Path(sys.argv[2]).read_text())
theme = {name: bytes.fromhex(colour) for name, colour in named}
own = [
    round(paint * step / 3 + under * (3 - step) / 3)
    for colour in theme.values()
    for step in (3, 2, 1)
    for paint, under in zip(colour, theme["ground"])
]
for colours in (256, 160, 96):
    free = taken.quantize(colours - len(own) // 3, method=Image.Quantize.MEDIANCUT)
    palette = Image.new("P", (1, 1))
    palette.putpalette((own + free.getpalette())[: 3 * colours])
    small = taken.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)
    small.save(sys.argv[1], optimize=True)
    if Path(sys.argv[1]).stat().st_size < 300_000:
        break`;

const needs = createRequire(join(ROOT, "client", "package.json"));
const puppeteer = needs("puppeteer-core").default ?? needs("puppeteer-core");
const python = join(ROOT, ".venv", "bin", "python");
const tongke = join(ROOT, ".venv", "bin", "tongke");
const running = [];

function start(...words) {
  const child = spawn(tongke, words, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  running.push(child);
  return createInterface({ input: child.stdout })[Symbol.asyncIterator]();
}

function ended(child) {
  return new Promise((done) => {
    child.once("exit", done);
    child.kill("SIGTERM");
  });
}

/** `tongke room` for one classroom. */
function classroom(link, { pupils, voice }) {
  start(
    ...["room", "--link", link, "--class-camera", pupils],
    ...["--microphone", voice, "--echo", "hardware", "--json"],
  );
}

/** A page in one language. */
async function open(browser, language) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport(VIEWPORT);
  await page.evaluateOnNewDocument((chosen) => {
    localStorage.setItem("tongke.language", chosen);
  }, language);
  return page;
}

async function press(page, selector, delay = 0) {
  const element = await page.waitForSelector(selector, { timeout: 20_000 });
  await element.click({ delay });
}

async function shoot(page, name) {
  await page.mouse.move(0, 0);
  const path = join(IMAGES, `${name}.png`);
  await page.screenshot({ path });
  execFileSync(python, ["-c", SHRINK, path, THEME]);
}

/** Leads a lesson, calls the other class, takes its picture, ends it. */
async function lesson(page, links, footage, language) {
  const [host, room] = links;
  classroom(room.links.room, footage);
  await page.goto(host.links.teacher);
  await press(page, "[data-do=enter]");
  await press(page, "[data-do=start]");
  await page.waitForFunction(
    () => [...document.querySelectorAll("[data-tile] video")].filter((one) => one.videoWidth).length > 1,
    { timeout: 30_000 },
  );
  await press(page, "[data-do=call]:not(:disabled)");
  await pause(LESSON_MS / 2);
  await press(page, "[data-do=send-back]");
  await pause(LESSON_MS / 2);
  await shoot(page, `lesson-${language}`);
  await press(page, "[data-do=end]", 1300);
  await page.waitForFunction(() => document.querySelector("[data-standing=live]") === null);
}

/** Opens the replay of an ended lesson and plays it for a moment. */
async function replay(page, link, language) {
  await page.goto(link.replace("/lesson#", "/replay#"));
  await page.waitForSelector("[data-page=replay] video", { timeout: 30_000 });
  await pause(2_000);
  await page.keyboard.press("Space");
  await pause(8_000);
  await page.keyboard.press("Space");
  await pause(500);
  await shoot(page, `replay-${language}`);
}

async function scene(browser, data, language, footage) {
  const { title, host, room } = SCENES[language];
  const made = execFileSync(tongke, [
    ...["lesson", "create", "--data", data, "--json", "--title", title],
    ...["--host-room", host, "--room", room],
  ]);
  const { rooms } = JSON.parse(made);
  const page = await open(browser, language);
  await lesson(page, rooms, footage, language);
  await replay(page, rooms[0].links.teacher, language);
  await page.close();
}

const data = mkdtempSync(join(tmpdir(), "tongke-screenshots-"));
const camera = join(data, "camera.mjpeg");
const footage = JSON.parse(execFileSync(python, ["-c", FOOTAGE, camera], { cwd: ROOT }));
mkdirSync(IMAGES, { recursive: true });
const browser = await puppeteer.launch({
  executablePath: "/usr/bin/chromium",
  args: [
    ...["--no-sandbox", "--autoplay-policy=no-user-gesture-required"],
    ...["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"],
    `--use-file-for-fake-video-capture=${camera}`,
  ],
});
try {
  const server = start(
    ...["serve", "--data", data, "--host", "127.0.0.1", "--port", "0", "--media-port", "0"],
    ...["--trust-proxy", "--log-level", "warning", "--json"],
  );
  await server.next();
  for (const language of process.argv.slice(2).length > 0 ? process.argv.slice(2) : ["zh", "en"]) {
    await scene(browser, data, language, footage);
  }
} finally {
  await browser.close();
  await Promise.all(running.reverse().filter((one) => one.exitCode === null).map(ended));
  rmSync(data, { recursive: true, force: true });
}
