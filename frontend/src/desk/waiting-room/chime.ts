/** Two notes as of a bell, a third apart; in Hz, and when they begin, in seconds. */
const notes = [
  { hz: 880, at: 0 },
  { hz: 698.46, at: 0.28 },
] as const;
/** How long a note sounds, in seconds. */
const rings = 1.4;

/** Makes the sound of a called number; nothing is loaded for it. */
export class Chime {
  private readonly context = new AudioContext();

  /** Tells `heard` now, and whenever it changes, whether nothing would be heard. */
  constructor(heard: (isSilent: boolean) => void) {
    this.context.onstatechange = () => heard(this.isSilent);
    heard(this.isSilent);
  }

  /** Browsers keep a page silent until somebody has touched it once; the desk's own window does not. */
  get isSilent(): boolean {
    return this.context.state !== "running";
  }

  /**
   * To be called when somebody pressed something; in a window that may sound now and then as
   * well, for it has been seen not to begin by itself, and begins when it is asked once more.
   */
  wake(): Promise<void> {
    return this.context.resume();
  }

  ring(): void {
    const now = this.context.currentTime;
    for (const { hz, at } of notes) {
      const tone = new OscillatorNode(this.context, { type: "sine", frequency: hz });
      const volume = new GainNode(this.context, { gain: 0 });
      volume.gain.setValueAtTime(0, now + at);
      volume.gain.linearRampToValueAtTime(0.5, now + at + 0.015);
      volume.gain.exponentialRampToValueAtTime(0.001, now + at + rings);
      tone.connect(volume).connect(this.context.destination);
      tone.start(now + at);
      tone.stop(now + at + rings);
    }
  }
}
