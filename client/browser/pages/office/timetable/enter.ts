/** From the timetable into a lesson's pages. */
import { enterLesson } from "../../../api/timetable";
import { leaveEntry, tokenOf } from "../../../protocol/link";

/** Opens the lesson and goes in at once: the tap that asked for it was the tap that enters. */
export async function teach(lesson: string): Promise<void> {
  const { open } = await enterLesson(lesson);
  leaveEntry(sessionStorage, tokenOf(open.slice(open.indexOf("#"))));
  location.assign(open);
}

/** Opens a lesson's roll or replay. */
export async function openPage(lesson: string, page: "roll" | "replay"): Promise<void> {
  location.assign((await enterLesson(lesson, page)).open);
}
