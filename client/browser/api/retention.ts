/** How long recordings are kept and what was deleted, by the server's HTTP interface. */
import { ask } from "./office";

/** How long the recording of one lesson is kept. */
export interface Kept {
  /** The first day on which it is not kept any more, unless somebody chose otherwise. */
  readonly until: string;
  /** The last choice to keep it longer. */
  readonly chosen: { readonly until: string; readonly why: string; readonly by: string } | null;
  /** When it was deleted because its time was over. */
  readonly deleted: string | null;
  readonly may_keep: boolean;
}

/** All that is left of what was deleted. */
export interface Certificate {
  readonly id: string;
  readonly at: string;
  readonly lesson: string;
  readonly title: string;
  readonly held: string;
  /** The classes, by name. */
  readonly learners: string;
  readonly reason: "consent_withdrawn" | "delete_media" | "delete_records";
  readonly files: number;
  readonly octets: number;
  readonly digest: string;
}

/** Of some lessons; those that one may not watch are left out. */
export async function fetchKept(lessons: readonly string[]): Promise<Record<string, Kept>> {
  const asked = new URLSearchParams(lessons.map((one) => ["lesson", one]));
  const found = await ask<Answer>("GET", `/api/kept?${asked.toString()}`);
  return found.lessons;
}

/** Chooses to keep one up to a day. */
export async function keepRecording(lesson: string, until: string, why: string): Promise<Kept> {
  const path = `/api/recordings/${encodeURIComponent(lesson)}/kept`;
  const found = await ask<Answer>("PUT", path, { until, why });
  return found.lessons[lesson] as Kept;
}

/** Takes back what was chosen: it is kept no longer than others. */
export async function keepNoLonger(lesson: string): Promise<Kept> {
  const path = `/api/recordings/${encodeURIComponent(lesson)}/kept`;
  return (await ask<Answer>("DELETE", path)).lessons[lesson] as Kept;
}

/** What was deleted of lessons within reach, the newest first. */
export const fetchCertificates = (): Promise<{ certificates: readonly Certificate[] }> =>
  ask("GET", "/api/certificates");

/** Where the list is downloaded. */
export const certificatesAddress = (language: string): string =>
  `/api/certificates.csv?language=${language}`;

interface Answer {
  readonly lessons: Record<string, Kept>;
}
