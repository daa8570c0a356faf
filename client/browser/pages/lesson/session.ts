/** One device in one lesson: connects signaling, state and media, and holds what the page shows. */
import { computed, ref, shallowRef } from "vue";
import type { Abilities } from "../../media/codecs";
import type { Capture } from "../../media/devices";
import type { Loudspeaker } from "../../media/loudspeaker";
import { playback } from "../../media/playback";
import { Connection, type Surroundings } from "../../protocol/connection";
import type {
  Answer,
  LessonState,
  Microphone,
  People,
  Pulse,
  Resume,
  Size,
  SourceState,
  ToDevice,
  Told,
  Welcome,
} from "../../protocol/messages";
import { VERSION, type CodedError, type Command, type Unnumbered } from "../../protocol/wire";
import { emptyLesson, fold, nameOf } from "../../state/fold";
import type { Me } from "../../state/floor";
import { newsOf } from "./news";
import { Notices } from "./notices";
import { OwnSources, type Desk } from "./own";
import { Peers } from "./peers";
import { Reception } from "./reception";
import { Recovery } from "./recovery";
import { Saving } from "./saving";

/** How this device stands to the lesson. */
export type Standing = "joining" | "live" | "lost" | "left" | "closed";

/** What it takes to come in. */
export interface Ticket {
  readonly url: string;
  readonly token: string;
  readonly name: string | null;
  readonly abilities: Abilities;
  readonly captured: Capture;
  /** The room whose camera this device remembers; empty if it is of none. */
  readonly room: string;
  /** Unlocked in the tap that entered. */
  readonly loudspeaker: Loudspeaker;
  readonly proof: Resume | null;
}

/** What the server takes for granted of a new device: as the lesson has it, nothing saved. */
const UNTOLD = JSON.stringify([[], false]);
const TICK_MS = 500;

/** The lesson as this device lives it. */
export class Session {
  readonly standing = ref<Standing>("joining");
  /** Whole seconds since the link broke. */
  readonly waited = ref(0);
  readonly title = ref("");
  /** Whether a teacher is to let this device in first; until then it has nothing of the lesson. */
  readonly waits = ref(false);
  readonly me = shallowRef<Me | null>(null);
  readonly lesson = shallowRef<LessonState>(emptyLesson());
  readonly names = shallowRef<ReadonlyMap<string, string>>(new Map());
  readonly pulse = shallowRef<Pulse | null>(null);
  readonly floor = shallowRef<Pick<Microphone, "open" | "loudspeaker">>({
    open: false,
    loudspeaker: true,
  });
  readonly pictures = shallowRef<ReadonlyMap<string, MediaStreamTrack>>(new Map());
  readonly lastCalled = ref<string | null>(null);
  readonly speaker = ref(true);
  readonly blocked = ref(false);
  readonly now = ref(0);
  readonly error = shallowRef<CodedError | null>(null);
  readonly endReason = ref<string | null>(null);
  readonly notices = new Notices();
  readonly ended = computed(() => this.lesson.value.phase === "ended");
  /** Whether anything was recorded while this device was here. */
  readonly wasRecorded = ref(false);
  /** What of it this device may know: all for staff, otherwise its own. */
  readonly recorded = shallowRef<readonly SourceState[]>([]);

  readonly connection: Connection;
  readonly peers: Peers;
  readonly own: OwnSources;
  readonly recovery: Recovery;
  readonly saving: Saving;
  readonly reception: Reception;
  private readonly loudspeaker: Loudspeaker;
  private known = false;
  private shown: readonly string[] = [];
  private sizes: readonly Size[] = [];
  /** What the server was told of these and of saving data. */
  private wished = UNTOLD;
  private lostAt = 0;
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(
    ticket: Ticket,
    private readonly world: Surroundings,
  ) {
    const { url, token, name, abilities, proof } = ticket;
    const hello = { version: VERSION, token, name, ...abilities };
    this.connection = new Connection(url, hello, proof, this.listener(), world);
    this.peers = new Peers(
      async (offer) => (await this.connection.ask(offer)) as Answer,
      (peer) => {
        this.connection.forgetOffers(peer);
      },
      {
        received: () => {
          this.listen();
        },
        upRefused: (error) => {
          this.own.refused(error);
          this.notices.refused(error);
        },
        downRefused: (error) => {
          this.notices.refused(error);
        },
      },
    );
    this.recovery = new Recovery({
      retake: (what) => this.own.retake(what),
      reroute: () => {
        this.peers.rerouted();
        this.connection.reroute();
      },
      now: world.now,
    });
    this.saving = new Saving(this.peers);
    this.own = this.newSources(ticket.room);
    this.own.adopt(ticket.captured);
    this.loudspeaker = ticket.loudspeaker;
    playback.refused = (is) => {
      this.blocked.value = is;
    };
    this.reception = new Reception(this.connection, world.now());
    this.timer = setInterval(() => {
      this.tick();
    }, TICK_MS);
    this.recovery.start();
    this.connection.start();
  }

  /** Asks for something; why it is not done is shown as a sentence. */
  ask(command: Unnumbered<Command>): void {
    this.connection.ask(command).catch((error: unknown) => {
      this.notices.refused(error);
    });
  }

  /** Shares this device's screen; the host's is made large for all, and small again after it. */
  async toggleShare(): Promise<void> {
    const leads = this.me.value?.leads === true;
    if (this.own.sharing.value) {
      this.own.unshare();
    } else if ((await this.own.share()) && leads) {
      this.ask({ type: "set_layout", layout: "screen" });
    }
  }

  /** Turns this device's sound on or off by hand. */
  toggleSpeaker(): void {
    this.speaker.value = !this.speaker.value;
    this.hear();
  }

  /** In a tap: lets the sound go that the browser held back. */
  unlock(): void {
    this.loudspeaker.unlock();
  }

  /** What this device shows, the largest first; `chosen`: not what the lesson's layout says. */
  view(sizes: readonly Size[], chosen: boolean): void {
    this.sizes = sizes;
    this.shown = chosen ? sizes.map(({ source }) => source) : [];
    this.wish();
  }

  /** Gets sounds and stills only, or everything again; remembered on this device. */
  saveData(on: boolean): void {
    this.saving.turn(on);
    this.wish();
  }

  /** Says goodbye; the page may come back as a new device. */
  leave(): void {
    this.ask({ type: "leave" });
    this.standing.value = "left";
    // The goodbye is on its way when the socket closes: closing sends what was queued first.
    this.stop();
  }

  /** Ends everything of this device. */
  stop(): void {
    clearInterval(this.timer);
    this.recovery.stop();
    this.own.stop();
    this.peers.close();
    this.loudspeaker.stop();
    this.connection.stop();
  }

  private listener(): ConstructorParameters<typeof Connection>[3] {
    return {
      welcomed: (welcome) => {
        this.welcomed(welcome);
      },
      message: (message) => {
        this.message(message);
      },
      lost: () => {
        this.standing.value = "lost";
        this.lostAt = this.world.now();
        this.waited.value = 0;
      },
      closed: (error) => {
        this.error.value = error;
        this.standing.value = "closed";
        this.stop();
      },
    };
  }

  private welcomed(welcome: Welcome): void {
    const { participant, device, role, leads } = welcome;
    if (this.standing.value === "lost") {
      this.notices.add("link.back");
    }
    if (this.me.value?.device !== device) {
      this.known = false;
      this.lesson.value = emptyLesson();
    }
    if (!welcome.resumed) {
      // What the server keeps of a device it knew is uncertain: it is told in any case.
      this.wished = this.me.value?.device === device ? "" : UNTOLD;
    }
    this.me.value = { participant, device, role, leads };
    this.title.value = welcome.title;
    this.standing.value = "live";
    this.waits.value = welcome.waits === true;
    this.peers.up.allowLayers(welcome.layers === true);
    this.peers.allowRelays(welcome.ice_servers ?? []);
    if (!this.waits.value) {
      this.enter(welcome.resumed);
    }
  }

  /** The lesson is open to this device: it says what it wants and offers its peers. */
  private enter(kept: boolean): void {
    this.wish();
    this.peers.welcomed(kept, this.world.now());
  }

  /** Tells the server what to send where it does not know yet. */
  private wish(): void {
    const saves = this.saving.on.value;
    const wished = JSON.stringify([this.shown, this.sizes, saves]);
    if (wished !== this.wished && this.connection.isLive && !this.waits.value) {
      this.wished = wished;
      this.ask({
        type: "view",
        shown: [...this.shown],
        sizes: [...this.sizes],
        saves,
      });
    }
  }

  private newSources(room: string): OwnSources {
    const desk: Desk = {
      ask: (command) => {
        this.ask(command);
      },
      notify: (code) => {
        this.notices.add(code);
      },
      fared: (what, how) => {
        this.recovery.fared(what, how);
      },
    };
    return new OwnSources(this.peers.up, desk, room);
  }

  private message(message: ToDevice): void {
    if (message.type === "state") {
      this.become(message.state);
      if (this.waits.value) {
        this.waits.value = false;
        this.enter(false);
      }
    } else if (message.type === "event") {
      this.happened(message);
    } else if (message.type === "people") {
      this.meet(message);
    } else if (message.type === "pulse") {
      this.pulse.value = message;
    } else {
      this.mediaMessage(message);
    }
  }

  private mediaMessage(message: ToDevice): void {
    if (message.type === "bound") {
      this.peers.down.bound(message);
    } else if (message.type === "offer_again") {
      this.peers.offerAgain(message);
    } else if (message.type === "send_layers") {
      this.peers.up.sendLayers(nameOf(message.source), message.layers);
    } else if (message.type === "microphone") {
      this.floor.value = message;
      this.own.setFloor(message);
      this.hear();
    }
  }

  private meet({ people }: People): void {
    const more = people.map((one) => [one.participant, one.name] as const);
    this.names.value = new Map([...this.names.value, ...more]);
  }

  private become(state: LessonState): void {
    this.known = true;
    this.remember(state);
    this.lesson.value = state;
    this.connection.saw(state.n);
    this.follow();
  }

  private happened(told: Told): void {
    if (told.event.type === "called") {
      this.lastCalled.value = told.event.participant;
    } else if (told.event.type === "lesson_ended") {
      this.endReason.value = told.event.reason;
    }
    this.become(fold(this.lesson.value, told));
    const { me, lesson, names } = this;
    const news = newsOf(told.event, { me: me.value, lesson: lesson.value, names: names.value });
    if (news !== null) {
      const { word, name, stays } = news;
      this.notices.add(word, name === undefined ? {} : { name }, stays);
    }
    if (this.ended.value) {
      this.stop();
    }
  }

  private remember({ sources, phase, recording }: LessonState): void {
    this.wasRecorded.value ||= recording;
    const known = this.recorded.value;
    const more = sources.filter(
      (one) => one.recorded && !known.some((old) => old.source === one.source),
    );
    if (phase === "live" && more.length > 0) {
      this.recorded.value = [...known, ...more];
    }
  }

  private follow(): void {
    if (this.known && this.me.value !== null) {
      this.own.follow(this.lesson.value, this.me.value);
    }
  }

  /** What arrives was bound anew: pictures go to their tiles, sounds to the loudspeaker. */
  private listen(): void {
    const received = this.peers.down.received();
    const pictures = received.filter(({ track }) => track.kind === "video");
    this.pictures.value = new Map(pictures.map(({ source, track }) => [source, track]));
    this.loudspeaker.play(received.filter(({ track }) => track.kind === "audio"));
    this.reception.keep(received);
  }

  private hear(): void {
    this.loudspeaker.on = this.speaker.value && this.floor.value.loudspeaker;
  }

  private tick(): void {
    const now = this.world.now();
    this.waited.value = Math.floor(now - this.lostAt);
    this.now.value = this.connection.clock.at(now) ?? 0;
    this.peers.tick(this.connection.isLive && !this.waits.value, now);
    this.recovery.tick();
    void this.saving.tick(now);
    void this.reception.tick(this.peers.down.received(), now);
  }
}
