import { beforeEach, expect, test } from "vitest";
import { createApp, h, nextTick, reactive } from "vue";
import CommentsPanel from "./CommentsPanel.vue";
import type { Comment } from "./remarks";

const SAID: Comment = {
  id: "c",
  author: "汪主任",
  mine: false,
  at: "2026-11-26T02:00:00Z",
  changed: false,
  moment: 30,
  answers: null,
  text: "提问很好",
  deleted: false,
};
const shown = reactive({ comments: [] as Comment[], time: 12, trouble: "" });
let said: unknown[] = [];

beforeEach(() => {
  said = [];
  Object.assign(shown, { comments: [], time: 12, trouble: "" });
  const place = document.createElement("div");
  document.body.replaceChildren(place);
  createApp({
    render: () =>
      h(CommentsPanel, {
        ...shown,
        may: true,
        from: 0,
        onComment: (one: unknown) => said.push(one),
      }),
  }).mount(place);
});

async function write(text: string): Promise<void> {
  const field = document.querySelector("textarea") as HTMLTextAreaElement;
  field.value = text;
  field.dispatchEvent(new Event("input"));
  await nextTick();
}

async function send(): Promise<void> {
  document.querySelector("form")?.dispatchEvent(new Event("submit"));
  await nextTick();
}

const written = (): string | undefined => document.querySelector("textarea")?.value;

test("a comment is about the second at which one began to write it", async () => {
  await write("板");
  shown.time = 40;
  await write("板书清楚");
  await send();
  expect(said).toEqual([{ moment: 12, text: "板书清楚", answers: null }]);
});

test("what was refused stays and what was taken goes", async () => {
  await write("板书清楚");
  await send();
  shown.trouble = "网络断了";
  await nextTick();
  expect(written()).toBe("板书清楚");
  shown.trouble = "";
  shown.comments = [SAID];
  await nextTick();
  expect(written()).toBe("");
});

test("an answer that was begun may become a comment again", async () => {
  shown.comments = [SAID];
  await nextTick();
  document.querySelector<HTMLElement>("[data-do=answer]")?.click();
  await nextTick();
  document.querySelector<HTMLElement>("[data-do=answer-not]")?.click();
  await write("板书清楚");
  await send();
  expect(said).toEqual([{ moment: 12, text: "板书清楚", answers: null }]);
});
