/** A note while it is written, and the other's text if both wrote at once. Pure. */
import type { Note, Preparation } from "../../../api/preparation";

/** What stands in the field. */
export interface Draft {
  readonly text: string;
  /** The note that its author saw. */
  readonly after: string | null;
  /** What somebody else saved meanwhile; none while nobody did. */
  readonly theirs: Note | null;
}

/** The draft with which whoever opens it begins. */
export function begun(told: Preparation): Draft {
  return { text: told.note?.text ?? "", after: told.note?.id ?? null, theirs: null };
}

/** After saving: what was typed stays in the field while another's text stands. */
export function saved(told: Preparation, typed: string): Draft {
  return told.conflict && told.note !== null
    ? { text: typed, after: told.note.id, theirs: told.note }
    : begun(told);
}

/** 1.5 MB, 20 KB; what is smaller is 1 KB. */
export function sizeLabel(octets: number): string {
  const kilobytes = Math.max(1, Math.round(octets / 1024));
  return kilobytes < 1024 ? `${kilobytes} KB` : `${(kilobytes / 1024).toFixed(1)} MB`;
}
