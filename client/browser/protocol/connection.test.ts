import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Connection, type Listener } from "./connection";
import type { FromDevice, Hello, ToDevice } from "./messages";
import type { CodedError } from "./wire";

/** The far end of a socket, played by the test. */
class Line {
  readyState: number = WebSocket.CONNECTING;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly sent: FromDevice[] = [];
  closed = false;

  constructor(readonly url: string) {}

  send(text: string): void {
    this.sent.push(JSON.parse(text) as FromDevice);
  }

  close(): void {
    this.closed = true;
    this.readyState = WebSocket.CLOSED;
  }

  open(): void {
    this.readyState = WebSocket.OPEN;
    this.onopen?.();
  }

  say(message: ToDevice): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  welcome(secret: string | null, resumed = false, device = "d"): void {
    const who = { lesson: "l", title: "t", participant: "p", role: "room" as const, leads: false };
    this.say({ type: "welcome", version: 1, ...who, device, secret, now: 5, resumed });
  }

  breaks(): void {
    this.readyState = WebSocket.CLOSED;
    this.onclose?.();
  }

  get hello(): Hello {
    return this.sent[0] as Hello;
  }
}

describe("a connection", () => {
  let lines: Line[];
  let log: string[];
  let refused: CodedError | null;
  let connection: Connection;
  let asked: { url: string; signal: AbortSignal; answer: (there: boolean) => void }[];

  beforeEach(() => {
    vi.useFakeTimers();
    lines = [];
    asked = [];
    log = [];
    refused = null;
    const listener: Listener = {
      welcomed: (welcome) => log.push(`welcomed ${String(welcome.resumed)}`),
      message: (message) => log.push(message.type),
      lost: () => log.push("lost"),
      closed: (error) => {
        refused = error;
      },
    };
    const introduction = { version: 1, token: "t", encodes: [], decodes: [] };
    connection = new Connection("ws://a/ws", introduction, null, listener, {
      dial: (url) => {
        lines.push(new Line(url));
        return lines[lines.length - 1] as unknown as WebSocket;
      },
      reach: (url, signal) =>
        new Promise((answer) => {
          asked.push({ url, signal, answer });
        }),
      now: () => Date.now() / 1000,
    });
    connection.start();
  });

  afterEach(() => {
    connection.stop();
    vi.useRealTimers();
  });

  function line(index: number): Line {
    return lines[index]!;
  }

  function enter(): void {
    line(0).open();
    line(0).welcome("secret of the device");
    vi.advanceTimersByTime(1100);
  }

  it("says hello first and then pings", () => {
    enter();
    expect(line(0).hello).toMatchObject({ type: "hello", token: "t", resume: null });
    vi.advanceTimersByTime(1000);
    const pings = line(0).sent.filter((message) => message.type === "ping");
    expect(pings.length).toBeGreaterThanOrEqual(5);
    expect(log).toEqual(["welcomed false"]);
  });

  it("resumes with its secret and the last event it saw", () => {
    enter();
    connection.saw(17);
    line(0).breaks();
    line(1).open();
    expect(line(1).hello.resume).toEqual({
      device: "d",
      secret: "secret of the device",
      seen: 17,
    });
    line(1).welcome(null, true);
    expect(connection.proof?.secret).toBe("secret of the device");
    expect(log).toEqual(["welcomed false", "lost", "welcomed true"]);
  });

  it("sends what had no answer again, with the same id", async () => {
    enter();
    const raised = connection.ask({ type: "raise_hand" });
    const first = line(0).sent.find((message) => message.type === "raise_hand");
    line(0).breaks();
    line(1).open();
    line(1).welcome(null, true);
    const again = line(1).sent.find((message) => message.type === "raise_hand");
    expect(again).toEqual(first);
    line(1).say({ type: "done", id: (again as { id: number }).id });
    await expect(raised).resolves.toMatchObject({ type: "done" });
  });

  it("refuses on the spot what is asked for without a link", async () => {
    await expect(connection.ask({ type: "raise_hand" })).rejects.toMatchObject({
      code: "offline",
    });
  });

  it("gives a silent link up and drops whoever answers late", () => {
    enter();
    vi.advanceTimersByTime(4100);
    expect(line(0).closed).toBe(true);
    vi.advanceTimersByTime(1000);
    expect(lines.length).toBe(3);
    line(2).open();
    line(2).welcome(null, true);
    expect(line(1).closed).toBe(true);
    expect(line(2).closed).toBe(false);
  });

  it("lets no sockets pile up that hang: it asks whether anybody answers before the next one", async () => {
    enter();
    vi.advanceTimersByTime(30_000);
    expect(lines.length).toBe(3);
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.filter(({ signal }) => !signal.aborted).length).toBe(2);
    asked[asked.length - 1]!.answer(true);
    await vi.advanceTimersByTimeAsync(0);
    line(3).open();
    line(3).welcome(null, true);
    expect(log).toEqual(["welcomed false", "lost", "welcomed true"]);
    expect(asked.filter(({ signal }) => !signal.aborted).length).toBe(1);
    line(3).breaks();
    vi.advanceTimersByTime(1010);
    expect(lines.length).toBe(5);
  });

  it("opens no socket at a port that refuses, until it answers", async () => {
    enter();
    line(0).breaks();
    line(1).breaks();
    for (let second = 0; second < 10; second += 1) {
      await vi.advanceTimersByTimeAsync(1010);
      asked[second]!.answer(false);
    }
    await vi.advanceTimersByTimeAsync(1010);
    expect(lines.length).toBe(2);
    asked[10]!.answer(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(lines.length).toBe(3);
  });

  it("dials at once again when the server has answered, for the socket takes its own time", async () => {
    enter();
    line(0).breaks();
    line(1).breaks();
    await vi.advanceTimersByTimeAsync(1010);
    asked[0]!.answer(true);
    await vi.advanceTimersByTimeAsync(1010);
    expect(lines.length).toBe(4);
    expect(asked.length).toBe(1);
  });

  it("asks no more when it is over", async () => {
    enter();
    line(0).breaks();
    line(1).breaks();
    await vi.advanceTimersByTimeAsync(1010);
    connection.stop();
    expect(asked[0]!.signal.aborted).toBe(true);
    asked[0]!.answer(true);
    await vi.advanceTimersByTimeAsync(5000);
    expect(lines.length).toBe(2);
  });

  it("does not wait for silence where the network is another one", () => {
    enter();
    connection.reroute();
    expect(line(0).closed).toBe(true);
    expect(log).toEqual(["welcomed false", "lost"]);
    line(1).open();
    line(1).welcome(null, true);
    expect(log).toEqual(["welcomed false", "lost", "welcomed true"]);
  });

  it("goes where it is told", () => {
    enter();
    line(0).say({ type: "moved", url: "https://b:8443" });
    expect(line(0).closed).toBe(true);
    expect(line(1).url).toBe("wss://b:8443/ws");
  });

  it("ends where coming back does not help", () => {
    line(0).open();
    line(0).say({ type: "closed", code: "locked", data: {}, may_resume: false });
    expect(refused).toMatchObject({ code: "locked" });
    vi.advanceTimersByTime(10_000);
    expect(lines.length).toBe(1);
  });

  it("does not say hello twice at once, lest the second push the first out", () => {
    enter();
    line(0).breaks();
    vi.advanceTimersByTime(1010);
    line(1).open();
    line(2).open();
    expect(line(2).sent).toEqual([]);
    line(1).welcome(null, true);
    vi.advanceTimersByTime(600);
    expect(line(2).sent).toEqual([]);
    expect(line(2).closed).toBe(true);
  });

  it("leaves the seat to a page that took it", () => {
    enter();
    line(0).say({ type: "closed", code: "resume_refused", data: {}, may_resume: false });
    expect(refused).toMatchObject({ code: "resume_refused" });
    vi.advanceTimersByTime(5000);
    expect(lines.length).toBe(1);
  });

  it("comes in as a new device when the lesson does not know it any more", () => {
    enter();
    line(0).breaks();
    line(1).open();
    line(1).say({ type: "closed", code: "resume_refused", data: {}, may_resume: false });
    vi.advanceTimersByTime(1100);
    line(2).open();
    expect(line(2).hello.resume).toBeNull();
  });
});
