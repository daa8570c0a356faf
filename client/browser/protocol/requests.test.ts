import { describe, expect, it } from "vitest";
import { Requests } from "./requests";
import { CodedError, decode, type Command } from "./wire";

describe("requests", () => {
  it("gives each command its own id and its own answer", async () => {
    const sent: Command[] = [];
    const requests = new Requests(7);
    const first = requests.ask({ type: "raise_hand" }, (command) => sent.push(command));
    const second = requests.ask({ type: "mute_all" }, (command) => sent.push(command));
    requests.settle({ type: "done", id: 8 });
    requests.settle({ type: "refused", id: 7, code: "not_started", data: {} });
    await expect(second).resolves.toEqual({ type: "done", id: 8 });
    await expect(first).rejects.toMatchObject({ code: "not_started" });
    expect(sent.map((command) => command.id)).toEqual([7, 8]);
    expect(requests.unanswered()).toEqual([]);
  });

  it("keeps the id of a command that is sent again", () => {
    const requests = new Requests(0);
    void requests.ask({ type: "send_back" }, () => undefined);
    expect(requests.unanswered()).toEqual([{ type: "send_back", id: 0 }]);
  });

  it("refuses more than the server remembers", async () => {
    const requests = new Requests(0);
    for (let k = 0; k < 64; k += 1) {
      void requests.ask({ type: "raise_hand" }, () => undefined);
    }
    const refused = requests.ask({ type: "raise_hand" }, () => undefined);
    await expect(refused).rejects.toMatchObject({ code: "too_fast" });
  });

  it("abandons what no answer can help", async () => {
    const requests = new Requests(0);
    const offer = requests.ask(
      { type: "offer", peer: "a", direction: "up", sdp: "v=0" },
      () => undefined,
    );
    requests.abandon((command) => command.type === "offer", new CodedError("offline"));
    await expect(offer).rejects.toMatchObject({ code: "offline" });
  });
});

describe("decode", () => {
  it("passes over what is no message", () => {
    expect(decode("{")).toBeNull();
    expect(decode("null")).toBeNull();
    expect(decode('{"type":3}')).toBeNull();
    expect(decode('{"type":"done","id":1}')).toEqual({ type: "done", id: 1 });
  });
});
