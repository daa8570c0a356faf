/** What the parents of a class agreed to, by the server's HTTP interface. */
import { ask } from "./office";

/** One declaration; a later one counts in its place. */
export interface DeclaredConsent {
  readonly id: string;
  readonly at: string;
  readonly signed_on: string;
  readonly exceptions: number;
  /** Ids of pupils, of a class by roster. */
  readonly excepted: readonly string[];
  readonly form: string;
  readonly withdrawn: boolean;
  readonly why: string;
}

/** How far a class has agreed. */
export interface ClassConsent {
  readonly class_group: string;
  readonly name: string;
  readonly organisation: string;
  readonly organisation_name: string;
  readonly keeping: "numbers" | "roster";
  readonly expected: number;
  readonly standing: "missing" | "excepted" | "whole";
  /** When it was closed; none while it is taught. */
  readonly closed: string | null;
  readonly may_declare: boolean;
  /** Oldest first; in a list the last alone. */
  readonly declared: readonly DeclaredConsent[];
}

/** What somebody declares; `after` is the declaration that was seen. */
export interface DeclaringConsent {
  readonly signed_on: string;
  readonly exceptions: number;
  readonly excepted: readonly string[];
  readonly form: string;
  readonly why: string;
  readonly after: string | null;
}

const of = (group: string): string => `/api/classes/${group}/consent`;

/** How far the classes that one may see have agreed. */
export const consents = (): Promise<{ classes: readonly ClassConsent[] }> =>
  ask("GET", "/api/consents");

/** All that was declared of a class. */
export const consentOf = (group: string): Promise<ClassConsent> => ask("GET", of(group));

/** Keeps a picture or scan of the paper form; the name to declare it by. */
export const attachForm = (group: string, file: Blob): Promise<{ form: string }> =>
  ask("POST", `${of(group)}/form`, file);

/** Declares it or corrects it. */
export const declareConsent = (group: string, said: DeclaringConsent): Promise<ClassConsent> =>
  ask("PUT", of(group), said);

/** Takes it back. */
export const withdrawConsent = (
  group: string,
  why: string,
  after: string | null,
): Promise<ClassConsent> => ask("DELETE", of(group), { why, after });

/** Where a form is looked at. */
export const formAddress = (group: string, form: string): string => `${of(group)}/form/${form}`;
