/** The WebSocket shell round the ladder: sockets, timers, hello, resume and answers. */
import { LessonClock } from "../clock/lesson_clock";
import { Ladder, type Step } from "./ladder";
import { signalingUrl } from "./link";
import type { FromDevice, Hello, Pong, Refused, Resume, ToDevice, Welcome } from "./messages";
import type { Reach } from "./reach";
import { Requests, type Reply } from "./requests";
import { CodedError, decode, encode, type Command, type Unnumbered } from "./wire";

/** What a connection tells its owner. */
export interface Listener {
  /** The device is in the lesson, for the first time or again. */
  welcomed(welcome: Welcome): void;
  /** Anything that is neither an answer nor about the connection itself. */
  message(message: ToDevice): void;
  /** The link broke; attempts go on by themselves. */
  lost(): void;
  /** It is over and trying again would not help. */
  closed(error: CodedError): void;
}

/** What a device says of itself in every hello. */
export type Introduction = Omit<Hello, "type" | "resume">;

/** The outside world; a test brings its own. */
export interface Surroundings {
  /** Opens a socket. */
  readonly dial: (url: string) => WebSocket;
  /** Tells whether a server answers, without a socket; none where a socket does that as well. */
  readonly reach: Reach | null;
  /** A monotonic clock in seconds. */
  readonly now: () => number;
}

function isReply(message: ToDevice): message is Reply | Refused {
  return message.type === "done" || message.type === "answer" || message.type === "refused";
}

const FIRST_PINGS = 5;
const BETWEEN_HELLOS_SECONDS = 0.5;
const FIRST_PING_EVERY_MS = 150;

/**
 * One device's connection to its lesson, for the length of the lesson.
 *
 * Commands asked for while there is no link are refused at once (`offline`): a hand that goes up a
 * minute after it was raised helps nobody. Those under way when it broke are sent again.
 *
 * After an attempt whose socket never opened, the next ones first ask whether the server answers
 * where there is a `reach`: sockets that hang, one a second, would keep waiting the one that counts.
 */
export class Connection {
  readonly clock = new LessonClock();
  private readonly requests = new Requests(Math.floor(Math.random() * 2 ** 30));
  private readonly sockets = new Map<number, WebSocket>();
  private readonly asking = new Map<number, AbortController>();
  private readonly ladder: Ladder;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private live: WebSocket | null = null;
  private over = false;
  private doubtful = false;
  private greetedAt = -Infinity;

  constructor(
    private url: string,
    private readonly introduction: Introduction,
    private resume: Resume | null,
    private readonly listener: Listener,
    private readonly world: Surroundings,
  ) {
    this.ladder = new Ladder(world.now(), resume !== null);
  }

  /** Begins; ends with `stop` or when the server says there is nothing to come back to. */
  start(): void {
    this.wake();
  }

  /** Whether the lesson answers. */
  get isLive(): boolean {
    return this.live !== null;
  }

  /** What to resume with, for a page that is loaded again. */
  get proof(): Resume | null {
    return this.resume;
  }

  /** The number of the last event that was taken in; resuming goes on after it. */
  saw(n: number): void {
    if (this.resume !== null) {
      this.resume = { ...this.resume, seen: n };
    }
  }

  /** Asks for something; rejects with a `CodedError` when it is refused. */
  ask(command: Unnumbered<Command>): Promise<Reply> {
    if (this.live === null) {
      return Promise.reject(new CodedError("offline"));
    }
    return this.requests.ask(command, (numbered) => {
      this.say(numbered);
    });
  }

  /** Says what has no answer. */
  say(message: FromDevice): void {
    if (this.live?.readyState === WebSocket.OPEN) {
      this.live.send(encode(message));
    }
  }

  /** Gives up offers of a peer that is gone. */
  forgetOffers(peer: string): void {
    this.requests.abandon(
      (command) => command.type === "offer" && command.peer === peer,
      new CodedError("offline"),
    );
  }

  /** The network is back, says the system. */
  hurry(): void {
    this.carryOut(this.ladder.hurry(this.world.now()));
    this.schedule();
  }

  /** The way to the server is another one: gives up the link at once, before its silence tells. */
  reroute(): void {
    const found = [...this.sockets].find(([, socket]) => socket === this.live);
    if (found === undefined) {
      this.hurry();
    } else {
      this.drop(found[0]);
      this.failed(found[0]);
    }
  }

  /** Ends the connection for good. */
  stop(): void {
    this.over = true;
    clearTimeout(this.timer);
    this.live = null;
    for (const attempt of [...this.sockets.keys(), ...this.asking.keys()]) {
      this.drop(attempt);
    }
  }

  private wake(): void {
    if (!this.over) {
      this.carryOut(this.ladder.tick(this.world.now()));
      this.schedule();
    }
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (!this.over) {
      const wait = Math.max(0, this.ladder.deadline() - this.world.now());
      this.timer = setTimeout(
        () => {
          this.wake();
        },
        wait * 1000 + 1,
      );
    }
  }

  private carryOut(steps: Step[]): void {
    for (const step of steps) {
      switch (step.do) {
        case "dial":
          this.attempt(step.attempt);
          break;
        case "drop":
          this.drop(step.attempt);
          break;
        case "ping":
          this.ping();
          break;
        case "lost":
          this.live = null;
          this.listener.lost();
          break;
      }
    }
  }

  private attempt(attempt: number): void {
    const { reach } = this.world;
    if (this.doubtful && reach !== null) {
      void this.askFirst(attempt, reach);
    } else {
      this.dial(attempt);
    }
  }

  private async askFirst(attempt: number, reach: Reach): Promise<void> {
    const asking = new AbortController();
    this.asking.set(attempt, asking);
    const answers = await reach(this.url, asking.signal);
    if (!this.asking.delete(attempt)) {
      return; // dropped
    }
    if (answers) {
      this.doubtful = false;
      this.dial(attempt);
    } else {
      this.failed(attempt);
    }
  }

  private dial(attempt: number): void {
    const socket = this.world.dial(this.url);
    let opened = false;
    this.sockets.set(attempt, socket);
    socket.onopen = () => {
      opened = true;
      this.greet(attempt, socket);
    };
    socket.onmessage = (event: MessageEvent<unknown>) => {
      this.received(attempt, String(event.data));
    };
    socket.onclose = () => {
      this.doubtful ||= !opened;
      this.failed(attempt);
    };
  }

  /**
   * Says hello, but not within half a second of another attempt's: of two hellos of one device the
   * server takes the later, and would close the link whose answer we took.
   */
  private greet(attempt: number, socket: WebSocket): void {
    const wait = this.greetedAt + BETWEEN_HELLOS_SECONDS - this.world.now();
    if (wait > 0) {
      setTimeout(() => {
        this.greet(attempt, socket);
      }, wait * 1000);
    } else if (this.sockets.get(attempt) === socket && socket.readyState === WebSocket.OPEN) {
      this.greetedAt = this.world.now();
      socket.send(encode({ type: "hello", ...this.introduction, resume: this.resume }));
    }
  }

  private drop(attempt: number): void {
    const socket = this.sockets.get(attempt);
    this.sockets.delete(attempt);
    this.asking.get(attempt)?.abort();
    this.asking.delete(attempt);
    if (socket !== undefined) {
      this.doubtful ||= socket.readyState === WebSocket.CONNECTING;
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
  }

  private failed(attempt: number): void {
    this.sockets.delete(attempt);
    this.carryOut(this.ladder.failed(attempt, this.world.now()));
    this.schedule();
  }

  private received(attempt: number, text: string): void {
    const message = decode(text);
    if (message === null || !this.ladder.counts(attempt)) {
      return;
    }
    this.ladder.heard(attempt, this.world.now());
    if (message.type === "welcome") {
      this.welcomed(attempt, message);
    } else if (message.type === "closed") {
      this.closed(attempt, new CodedError(message.code, message.data), message.may_resume);
    } else if (message.type === "moved") {
      this.moved(attempt, message.url);
    } else if (this.ladder.isLive) {
      this.deliver(message);
    }
  }

  private welcomed(attempt: number, welcome: Welcome): void {
    this.carryOut(this.ladder.answered(attempt, this.world.now()));
    this.doubtful = false;
    this.live = this.sockets.get(attempt) ?? null;
    const secret = welcome.secret ?? this.resume?.secret ?? "";
    this.resume = { device: welcome.device, secret, seen: this.resume?.seen ?? -1 };
    this.clock.guess(this.world.now(), welcome.now);
    this.listener.welcomed(welcome);
    for (const command of this.requests.unanswered()) {
      this.say(command);
    }
    for (let k = 1; k < FIRST_PINGS; k += 1) {
      setTimeout(() => {
        this.ping();
      }, k * FIRST_PING_EVERY_MS);
    }
    this.schedule();
  }

  private deliver(message: ToDevice): void {
    if (message.type === "pong") {
      this.ponged(message);
    } else if (isReply(message)) {
      this.requests.settle(message);
    } else {
      this.listener.message(message);
    }
  }

  private ping(): void {
    this.say({ type: "ping", sent: this.world.now() });
  }

  private ponged(pong: Pong): void {
    this.clock.add({ sent: pong.sent, received: this.world.now(), lesson: pong.now });
  }

  private moved(attempt: number, url: string): void {
    this.url = signalingUrl(new URL(url));
    this.drop(attempt);
    this.failed(attempt);
  }

  private closed(attempt: number, error: CodedError, mayResume: boolean): void {
    const asked = !this.ladder.isLive && this.resume !== null;
    if (error.code === "resume_refused" && asked && !mayResume) {
      this.startAfresh(attempt);
    } else if (mayResume) {
      this.drop(attempt);
      this.failed(attempt);
    } else {
      this.stop();
      this.listener.closed(error);
    }
  }

  /** The lesson does not know this device any more: come in as a new one. */
  private startAfresh(attempt: number): void {
    this.resume = null;
    this.drop(attempt);
    this.failed(attempt);
    this.carryOut(this.ladder.forget(this.world.now()));
    this.schedule();
  }
}
