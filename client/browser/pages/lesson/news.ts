/** What somebody is told at once of what happens in a lesson; pure. */
import type {
  ConsentDecided,
  Event,
  LessonState,
  PaceSignalled,
  Whispered,
} from "../../protocol/messages";
import type { Me } from "../../state/floor";
import { ownerOf } from "../../state/fold";
import { fullName } from "../../widgets/names";
import type { Word } from "../../widgets/words";

/** A sentence to show, and whether it stays until it is read. */
export interface News {
  readonly word: Word;
  readonly name?: string;
  readonly stays?: boolean;
}

/** What is known where the news is read. */
export interface Reader {
  readonly me: Me | null;
  readonly lesson: LessonState;
  readonly names: ReadonlyMap<string, string>;
}

/** Why nothing of a class is kept, in the host's words. */
const UNKEPT: Readonly<Record<string, Word>> = {
  consent_class_missing: "notice.consent_missing",
  consent_class_in_view: "notice.consent_in_view",
};

/** What an event is to its reader; null if it shows by itself. */
export function newsOf(event: Event, reader: Reader): News | null {
  if (event.type === "pace_signalled") {
    return paced(event, reader);
  }
  if (event.type === "whispered") {
    return whispered(event, reader);
  }
  return event.type === "consent_decided" ? decided(event, reader) : null;
}

/** The host reads how another class follows; that class's teacher, that it was heard. */
function paced({ participant, pace }: PaceSignalled, reader: Reader): News | null {
  if (leads(reader)) {
    const name = nameIn(reader, participant);
    return { word: `notice.pace.${pace}`, name, stays: pace === "help" };
  }
  return reader.me?.participant === participant ? { word: "notice.paced" } : null;
}

/** The host reads at once of which class nothing is kept, and what to do. */
function decided({ source, reason }: ConsentDecided, reader: Reader): News | null {
  const word = UNKEPT[reason];
  return word !== undefined && leads(reader)
    ? { word, name: nameIn(reader, ownerOf(source)), stays: true }
    : null;
}

/** That there is a private line; what it says stands in its panel, for a class sees this wall. */
function whispered({ participant, host, by_host }: Whispered, reader: Reader): News | null {
  return by_host === leads(reader)
    ? null
    : { word: "notice.whispered", name: nameIn(reader, by_host ? host : participant) };
}

function leads({ me }: Reader): boolean {
  return me?.leads === true;
}

function nameIn({ lesson, names }: Reader, participant: string): string {
  return fullName(lesson, names, participant);
}
