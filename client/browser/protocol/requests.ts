/** Commands that wait for their one answer; pure. */
import type { Answer, Done, Refused } from "./messages";
import { CodedError, type Command, type Unnumbered } from "./wire";

/** What a command may be answered with when it is carried out. */
export type Reply = Done | Answer;

interface Waiting {
  readonly command: Command;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: CodedError) => void;
}

const LIMIT = 64;

/**
 * The commands on their way. Each keeps its id when it is sent again after a broken link: the server
 * answers a repeated id with its first answer, so nothing is done twice.
 *
 * Holds at most 64, as many as the server remembers; one more is refused on the spot.
 */
export class Requests {
  private readonly waiting = new Map<number, Waiting>();
  private next: number;

  /** `first` is random, so that a page loaded again does not repeat ids of its former life. */
  constructor(first: number) {
    this.next = first;
  }

  /** Numbers a command and remembers it; `sent` gets it, the promise its answer. */
  ask(command: Unnumbered<Command>, send: (command: Command) => void): Promise<Reply> {
    if (this.waiting.size >= LIMIT) {
      return Promise.reject(new CodedError("too_fast"));
    }
    const numbered = { ...command, id: this.next++ } as Command;
    return new Promise((resolve, reject) => {
      this.waiting.set(numbered.id, { command: numbered, resolve, reject });
      send(numbered);
    });
  }

  /** Settles the command an answer belongs to; unknown ids are passed over. */
  settle(reply: Reply | Refused): void {
    const waiting = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if (reply.type === "refused") {
      waiting?.reject(new CodedError(reply.code, reply.data));
    } else {
      waiting?.resolve(reply);
    }
  }

  /** What has no answer yet, in the order it was asked. */
  unanswered(): Command[] {
    return [...this.waiting.values()].map((waiting) => waiting.command);
  }

  /** Gives up what `which` names: its answer would not help any more. */
  abandon(which: (command: Command) => boolean, error: CodedError): void {
    for (const [id, waiting] of [...this.waiting]) {
      if (which(waiting.command)) {
        this.waiting.delete(id);
        waiting.reject(error);
      }
    }
  }
}
