import { expect, it } from "vitest";
import { LessonClock } from "../../clock/lesson_clock";
import type { FromDevice } from "../../protocol/messages";
import { Reception } from "./reception";

it("tells the server every half minute how it fares", async () => {
  const told: FromDevice[] = [];
  const connection = { clock: new LessonClock(), say: (one: FromDevice) => void told.push(one) };
  const reception = new Reception(connection, 100);
  const counts: number[] = [];
  for (const now of [100.5, 129.9, 130, 130.5, 159.9, 160]) {
    await reception.tick([], now);
    counts.push(told.length);
  }
  expect(counts).toEqual([0, 0, 1, 1, 1, 2]);
  expect(told[0]).toMatchObject({ type: "report", loss: 0 });
});
