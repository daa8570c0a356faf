/** What the viewer's keys do to the player. */
import { RATES, type Player } from "../../media/replay/player";
import { wishOf, type Wish } from "../../widgets/replay/keys";
import type { Span } from "../../widgets/replay/span";

export class Hands {
  constructor(
    private readonly player: Player,
    private readonly span: () => Span,
    private readonly enlarge: (index: number) => void,
  ) {}

  toggle(): void {
    if (this.player.playing) {
      this.player.pause();
    } else {
      this.player.play();
    }
  }

  /** Listens on the window; fields keep their keys. */
  readonly key = (event: KeyboardEvent): void => {
    const { target } = event;
    const wish = wishOf(event, target instanceof HTMLButtonElement);
    if (wish !== null && !(target instanceof HTMLInputElement)) {
      event.preventDefault();
      this.carry(wish);
    }
  };

  private carry(wish: Wish): void {
    switch (wish.do) {
      case "toggle":
        this.toggle();
        break;
      case "skip":
        this.player.seek(this.player.time + wish.by);
        break;
      case "go":
        this.player.seek(wish.share === 0 ? this.span().from : this.span().to);
        break;
      case "enlarge":
        this.enlarge(wish.index);
        break;
      case "faster":
        this.faster(wish.steps);
        break;
    }
  }

  private faster(steps: 1 | -1): void {
    const rate = RATES[RATES.indexOf(this.player.rate) + steps];
    if (rate !== undefined) {
      this.player.speed(rate);
    }
  }
}
