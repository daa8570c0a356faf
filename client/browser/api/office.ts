/** Requests of people who sign in: their cookie goes by itself, changes say which page sent them. */
import { answerOf, fileOf } from "./trouble";

let page = "";

/** Who is signed in on this browser, and what comes next. */
export interface Me {
  readonly step: "password" | "new_password" | "enrol" | "code" | "done";
  readonly name: string;
  readonly login: string;
  readonly capacities: readonly Capacity[];
  readonly chosen: Capacity | null;
  /** What changes are sent with. */
  readonly page: string;
  /** Recovery codes, shown once. */
  readonly recovery: readonly string[];
}

/** One capacity of one person at one organisation. */
export interface Capacity {
  readonly capacity: string;
  readonly organisation: string;
  readonly organisation_name: string;
  readonly organisation_kind: string;
}

/** Asks the server for something or to change something; rejects with a `Trouble`. */
export function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  return answerOf<T>(path, request(method, body));
}

/** The same where the answer is a file. */
export function askFile(method: string, path: string, body?: unknown): Promise<Blob> {
  return fileOf(path, request(method, body));
}

function request(method: string, body: unknown): RequestInit {
  const json = body !== undefined && !(body instanceof Blob);
  return {
    method,
    headers: { "X-Tongke-Page": page, ...(json ? { "Content-Type": "application/json" } : {}) },
    body: json ? JSON.stringify(body) : ((body as Blob | undefined) ?? null),
  };
}

/** Who is signed in. */
export const whoAmI = (): Promise<Me> => known(ask("GET", "/api/me"));

/** Name and password. */
export const signIn = (login: string, password: string): Promise<Me> =>
  known(ask("POST", "/api/sign-in", { login, password }));

/** An own password instead of a first one. */
export const setOwnPassword = (password: string): Promise<Me> =>
  known(ask("POST", "/api/sign-in/password", { password }));

/** The address that an authenticator reads. */
export const offerAuthenticator = (): Promise<{ uri: string }> =>
  ask("POST", "/api/sign-in/authenticator");

/** A code of the authenticator, or of recovery. */
export const showCode = (code: string): Promise<Me> =>
  known(ask("POST", "/api/sign-in/code", { code }));

/** Another password. */
export const changePassword = (old: string, wanted: string): Promise<Me> =>
  known(ask("PUT", "/api/me/password", { old, new: wanted }));

/** Acts in another capacity from now on. */
export const choose = (one: Capacity): Promise<Me> =>
  known(ask("PUT", "/api/me/capacity", { capacity: one.capacity, organisation: one.organisation }));

/** Forgets this browser. */
export const signOut = (): Promise<Me> => known(ask("POST", "/api/sign-out"));

async function known(asked: Promise<Me>): Promise<Me> {
  const me = await asked;
  page = me.page;
  return me;
}
