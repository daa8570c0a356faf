/** One check of a device: measures one thing after another and says what each comes to. */
import { ref, shallowRef } from "vue";
import { findEcho, type Echo } from "../../media/check/echo";
import { loudest } from "../../media/check/levels";
import { tellLine, type Tested } from "../../api/lines";
import { ownTicket } from "../../api/ticket";
import { measurePath, type Path } from "../../media/check/path";
import { lookAt } from "../../media/check/picture";
import { Studio, type Recording } from "../../media/check/sound";
import { capture, captureRaw, type Capture } from "../../media/devices";
import {
  ofBandwidth,
  ofCamera,
  ofEcho,
  ofJitter,
  ofLoss,
  ofMicrophone,
  ofPath,
  ofRoundTrip,
  ofSpeaker,
  summarise,
  type Finding,
  type Line,
} from "./findings";
import { keepCheck } from "./remembered";

const SPOKEN_SECONDS = 3;

/** What the person is to do or to wait for just now. */
export type Stage = "idle" | "camera" | "speak" | "listen" | "path" | "done";

/** A check of the device that stands in this room; `token` of the link to its lesson, if one led here. */
export class DeviceCheck {
  readonly stage = ref<Stage>("idle");
  readonly found = shallowRef<Readonly<Partial<Record<Line, Finding>>>>({});

  constructor(
    private readonly room: string,
    private readonly token: string,
    /** Whether it is a classroom's screen, whose path is its school's line. */
    private readonly onScreen: boolean,
  ) {}

  /** Call it in a tap: without one a browser plays nothing. */
  async run(): Promise<void> {
    const studio = new Studio();
    this.found.value = {};
    this.stage.value = "camera";
    const captured = await capture({ camera: true, microphone: true, room: this.room });
    try {
      await this.see(captured);
      await this.hear(captured, studio);
    } finally {
      captured.camera?.stop();
      captured.microphone?.stop();
      await studio.close();
    }
    await this.reach();
    this.conclude();
  }

  private note(line: Line, finding: Finding): void {
    this.found.value = { ...this.found.value, [line]: finding };
  }

  private async see({ camera, trouble }: Capture): Promise<void> {
    this.note("camera", ofCamera(camera === null ? null : await lookAt(camera), trouble));
  }

  private async hear({ microphone, trouble }: Capture, studio: Studio): Promise<void> {
    if (microphone === null) {
      this.note("microphone", ofMicrophone(null, trouble));
      this.note("speaker", ofSpeaker(null));
      this.note("echo", ofEcho(null, null));
      return;
    }
    this.stage.value = "speak";
    const { heard, rate } = await studio.listen(microphone, SPOKEN_SECONDS);
    this.note("microphone", ofMicrophone(loudest(heard, rate), null));
    this.stage.value = "listen";
    const raw = await rawEcho(studio);
    this.note("speaker", ofSpeaker(raw));
    this.note("echo", ofEcho(raw, echoIn(await studio.sound(microphone))));
  }

  private async reach(): Promise<void> {
    this.stage.value = "path";
    const path = await this.measured();
    if (path !== null && this.onScreen) {
      // The check is for whoever stands here; the school's budget may miss it.
      await tellLine(lineOf(path)).catch(() => null);
    }
    this.note("path", ofPath(path));
    this.note("loss", ofLoss(path));
    this.note("jitter", ofJitter(path));
    this.note("bandwidth", ofBandwidth(path));
    this.note("round_trip", ofRoundTrip(path));
  }

  /** By the lesson's link, else by a ticket; null where there is neither. */
  private async measured(): Promise<Path | null> {
    const token = this.token === "" ? await ownTicket().catch(() => "") : this.token;
    return token === "" ? null : await measurePath(token);
  }

  private conclude(): void {
    const lines = this.found.value as Readonly<Record<Line, Finding>>;
    keepCheck(this.room, { summary: summarise(lines), at: Date.now() });
    this.stage.value = "done";
  }
}

function lineOf(path: Path): Tested {
  const { websocket, udp, tcp, down_kbps, up_kbps, loss_down, loss_up } = path;
  return { websocket, media: udp || tcp, down_kbps, up_kbps, loss_down, loss_up };
}

/** What comes back when nothing is cancelled; null where the browser gives no such microphone. */
async function rawEcho(studio: Studio): Promise<Echo | null> {
  const microphone = await captureRaw();
  if (microphone === null) {
    return null;
  }
  const recording = await studio.sound(microphone);
  microphone.stop();
  return echoIn(recording);
}

function echoIn({ played, heard, rate }: Recording): Echo {
  return findEcho(played, heard, rate);
}
