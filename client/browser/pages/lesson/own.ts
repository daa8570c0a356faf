/** This device's own pictures and sounds: opened, switched, published, given back. */
import { ref, shallowRef } from "vue";
import {
  capture,
  captureScreen,
  preferCamera,
  type Capture,
  type Replaced,
  type Trouble,
} from "../../media/devices";
import type { Choice } from "../../media/remembered";
import type { Taken } from "../../media/retake";
import type { OwnSource, UpPeer } from "../../media/up";
import type { Code, Kind, LessonState, Microphone } from "../../protocol/messages";
import type { CodedError, Command, Unnumbered } from "../../protocol/wire";
import { isAudioMaster, mayUse, type Me } from "../../state/floor";

/** Whether there is a track, and whether it is shown. */
export type Switched = "none" | "on" | "off";

/** What it needs of its session. */
export interface Desk {
  ask(command: Unnumbered<Command>): void;
  notify(code: string): void;
  /** Something happened to a camera or microphone that this device uses. */
  fared(what: Taken, how: Fate): void;
}

/** What becomes of a device: taken away for good or for a while, back, or not wanted any more. */
export type Fate = "ended" | "muted" | "unmuted" | "settled";

/** Refusals that say which source has to go. */
const SPOILED_BY: Readonly<Partial<Record<Code, string[]>>> = {
  second_microphone: ["microphone"],
  sharing_off: ["screen", "screen_sound"],
  banned: ["screen", "screen_sound"],
};

/** The sources of one device. */
export class OwnSources {
  readonly camera = ref<Switched>("none");
  readonly microphone = ref<Switched>("none");
  readonly sharing = ref(false);
  readonly trouble = ref<Trouble | null>(null);
  /** The room's camera that is not plugged in, and the one used instead. */
  readonly replaced = shallowRef<Replaced | null>(null);
  /** Local previews by source id; never from the server. */
  readonly previews = shallowRef<ReadonlyMap<string, MediaStreamTrack>>(new Map());

  private cameraTrack: MediaStreamTrack | null = null;
  private microphoneTrack: MediaStreamTrack | null = null;
  private screen: MediaStream | null = null;
  private cameraName: string | null = null;
  /** Sources that this device sends, says the lesson. */
  private held: ReadonlySet<string> = new Set();
  private refusals = new Set<string>();
  private circumstances = "";
  private wasCalled = false;
  private floor: Pick<Microphone, "open" | "loudspeaker"> = { open: false, loudspeaker: true };
  private over = false;
  private state: LessonState | null = null;
  private me: Me | null = null;

  constructor(
    private readonly up: UpPeer,
    private readonly desk: Desk,
    /** Whose camera is remembered; empty for a device of no room. */
    private readonly room: string,
  ) {}

  /** Takes what was opened before the lesson began. */
  adopt(captured: Capture): void {
    this.trouble.value = captured.trouble;
    this.take(captured);
  }

  /** The lesson went on: what may be sent may have changed. */
  follow(state: LessonState, me: Me): void {
    if (this.me?.device !== me.device) {
      this.held = new Set();
    }
    this.state = state;
    this.me = me;
    const now = JSON.stringify([
      state.called,
      state.mode,
      state.switches,
      state.banned,
      isAudioMaster(state, me),
    ]);
    if (now !== this.circumstances) {
      this.circumstances = now;
      this.refusals.clear();
    }
    if (me.role === "pupil") {
      this.giveBack(state, me);
    }
    this.wasCalled = state.called === me.participant;
    this.yieldReplaced(state, me);
    this.publish();
  }

  /** The floor opened or closed this device's microphone. */
  setFloor(message: Microphone): void {
    this.floor = message;
    this.muteOrNot();
  }

  /** The server refused the offer: leave out what spoiled it. */
  refused(error: CodedError): void {
    const spoiled = SPOILED_BY[error.code as Code] ?? [];
    for (const name of spoiled) {
      this.refusals.add(name);
    }
    if (spoiled.includes("screen")) {
      this.unshare();
    }
    this.publish();
  }

  /** Opens camera and microphone, or what is missing of them. */
  async open(): Promise<void> {
    const wish = {
      camera: this.cameraTrack === null,
      microphone: this.microphoneTrack === null,
    };
    if (wish.camera || wish.microphone) {
      this.adopt(await this.capture(wish.camera, wish.microphone));
    }
  }

  /** Takes again what was taken away; false while it is not to be had. */
  async retake(what: Taken): Promise<boolean> {
    const captured = await this.capture(what === "camera", what === "microphone");
    const track = captured[what];
    if (track !== null) {
      (what === "camera" ? this.cameraTrack : this.microphoneTrack)?.stop();
      this.take(captured);
    } else if (captured.trouble === "denied") {
      // Asking again and again would be rude: the sentence says what to do.
      this.trouble.value = "denied";
      this.desk.fared(what, "settled");
    }
    return track !== null;
  }

  /** Camera on or off, in place. */
  async toggleCamera(): Promise<void> {
    if (this.cameraTrack === null) {
      this.adopt(await this.capture(true, false));
      return;
    }
    this.camera.value = this.camera.value === "on" ? "off" : "on";
    this.cameraTrack.enabled = this.camera.value === "on";
    this.enable(this.nameOfCamera(), this.camera.value === "on");
  }

  /** Microphone on or off by hand; the floor decides besides. */
  async toggleMicrophone(): Promise<void> {
    if (this.microphoneTrack === null) {
      this.adopt(await this.capture(false, true));
      return;
    }
    this.microphone.value = this.microphone.value === "on" ? "off" : "on";
    this.muteOrNot();
    this.enable("microphone", this.microphone.value === "on");
  }

  /** Uses another camera for the same source. */
  async chooseCamera(camera: Choice): Promise<void> {
    preferCamera(this.room, camera);
    this.replaced.value = null;
    this.cameraTrack?.stop();
    this.cameraTrack = null;
    this.adopt(await this.capture(true, false));
  }

  /** Shares a screen; false when the person changed their mind. */
  async share(): Promise<boolean> {
    const screen = await captureScreen();
    if (screen === null) {
      return false;
    }
    this.screen = screen;
    this.sharing.value = true;
    screen.getVideoTracks()[0]?.addEventListener("ended", () => {
      this.unshare();
    });
    this.publish();
    return true;
  }

  /** Stops sharing the screen. */
  unshare(): void {
    this.screen?.getTracks().forEach((track) => {
      track.stop();
    });
    this.screen = null;
    this.sharing.value = false;
    this.publish();
  }

  /** The person has read what is wrong with the camera. */
  forgive(): void {
    this.trouble.value = null;
    this.replaced.value = null;
  }

  /** Ends every track of this device. */
  stop(): void {
    this.over = true;
    this.unshare();
    this.drop("camera");
    this.drop("microphone");
    this.publish();
  }

  private capture(camera: boolean, microphone: boolean): Promise<Capture> {
    return capture({ camera, microphone, room: this.room });
  }

  private take({ camera, microphone, replaced }: Capture): void {
    if (this.over) {
      // The lesson ended while the browser still asked: the lights go out again.
      camera?.stop();
      microphone?.stop();
      return;
    }
    if (camera !== null) {
      this.useCamera(camera);
      this.replaced.value = replaced;
    }
    if (microphone !== null) {
      this.useMicrophone(microphone);
    }
    this.publish();
  }

  private useCamera(track: MediaStreamTrack): void {
    this.cameraTrack = track;
    this.camera.value = "on";
    this.attend("camera", track);
  }

  private useMicrophone(track: MediaStreamTrack): void {
    this.microphoneTrack = track;
    this.microphone.value = "on";
    this.muteOrNot();
    this.attend("microphone", track);
  }

  /** Tells what becomes of a track; one that this device has let go is none of its any more. */
  private attend(what: Taken, track: MediaStreamTrack): void {
    const isOurs = (): boolean =>
      track === (what === "camera" ? this.cameraTrack : this.microphoneTrack);
    this.desk.fared(what, "settled");
    for (const how of ["mute", "unmute"] as const) {
      track.addEventListener(how, () => {
        if (isOurs()) {
          this.desk.fared(what, how === "mute" ? "muted" : "unmuted");
        }
      });
    }
    track.addEventListener("ended", () => {
      if (isOurs()) {
        const wasOn = this[what].value === "on";
        this.drop(what);
        this.desk.fared(what, wasOn ? "ended" : "settled");
        this.publish();
      }
    });
  }

  private drop(what: Taken): void {
    const track = what === "camera" ? this.cameraTrack : this.microphoneTrack;
    track?.stop();
    this[what].value = "none";
    if (what === "camera") {
      this.cameraTrack = null;
    } else {
      this.microphoneTrack = null;
    }
  }

  private muteOrNot(): void {
    if (this.microphoneTrack !== null) {
      this.microphoneTrack.enabled = this.floor.open && this.microphone.value === "on";
    }
  }

  private enable(name: string, on: boolean): void {
    if (this.me !== null && this.sources().some((source) => source.name === name)) {
      const source = `${this.me.participant}/${name}`;
      this.desk.ask({ type: "enable_source", source, on });
    }
  }

  /** A pupil whose turn is over gives camera and microphone back: their lights go out. */
  private giveBack(state: LessonState, me: Me): void {
    const turnIsOver = this.wasCalled && state.called !== me.participant;
    for (const what of ["camera", "microphone"] as const) {
      if (turnIsOver || !mayUse(state, me, what)) {
        this.drop(what);
        this.desk.fared(what, "settled");
      }
    }
  }

  /** Another device took over a source of ours: it goes on there, not here. */
  private yieldReplaced(state: LessonState, me: Me): void {
    const sent = this.sources().map(({ name }) => `${me.participant}/${name}`);
    const lost = state.sources.filter(
      ({ source, device }) =>
        device !== me.device && this.held.has(source) && sent.includes(source),
    );
    const mine = state.sources.filter(({ device }) => device === me.device);
    this.held = new Set(mine.map(({ source }) => source));
    for (const { kind } of lost) {
      this.yieldTo(kind);
    }
  }

  /** A microphone is not told so: the lesson says which device is the audio master. */
  private yieldTo(kind: Kind): void {
    if (kind === "microphone") {
      return;
    }
    if (kind === "screen" || kind === "screen_sound") {
      this.unshare();
    } else {
      this.drop("camera");
      this.desk.fared("camera", "settled");
      this.cameraName = null;
    }
    this.desk.notify("notice.replaced");
  }

  /** A name no other device of the participant uses just now, so that nobody is pushed out. */
  private nameOfCamera(): string {
    if (this.cameraName === null && this.state !== null && this.me !== null) {
      const { participant, device } = this.me;
      const taken = this.state.sources
        .filter((source) => source.device !== device)
        .map((source) => source.source);
      const names = [this.cameraKind(), ...["2", "3", "4"].map((n) => this.cameraKind() + n)];
      this.cameraName = names.find((name) => !taken.includes(`${participant}/${name}`)) ?? null;
    }
    return this.cameraName ?? this.cameraKind();
  }

  private cameraKind(): Kind {
    return this.me?.role === "room" ? "class_camera" : "camera";
  }

  private publish(): void {
    if (this.state === null || this.me === null) {
      return;
    }
    const { participant } = this.me;
    const sources = this.sources();
    const pictures = sources.filter(({ track }) => track.kind === "video");
    this.up.set(sources);
    this.previews.value = new Map(
      pictures.map(({ name, track }) => [`${participant}/${name}`, track]),
    );
  }

  private sources(): OwnSource[] {
    const all = [this.cameraSource(), this.microphoneSource(), ...this.screenSources()];
    return all.filter((one) => one !== null).filter((one) => !this.refusals.has(one.name));
  }

  private cameraSource(): OwnSource | null {
    const track = this.cameraTrack;
    const enabled = this.camera.value === "on";
    return track && { name: this.nameOfCamera(), kind: this.cameraKind(), track, enabled };
  }

  private microphoneSource(): OwnSource | null {
    const track = this.microphoneTrack;
    if (this.state === null || this.me === null || !isAudioMaster(this.state, this.me)) {
      return null;
    }
    const enabled = this.microphone.value === "on";
    return track && { name: "microphone", kind: "microphone", track, enabled };
  }

  private screenSources(): OwnSource[] {
    return (this.screen?.getTracks() ?? []).map((track) => {
      const kind: Kind = track.kind === "video" ? "screen" : "screen_sound";
      return { name: kind, kind, track, enabled: true };
    });
  }
}
