interface WindowEvents {
  EventsEmit(name: string, ...data: unknown[]): void;
}

/** Where nobody listens, as in an ordinary browser, nothing is said. */
const say = (name: string, ...data: unknown[]) => (globalThis as { runtime?: Partial<WindowEvents> }).runtime?.EventsEmit?.(name, ...data);

const frame = () => new Promise((done) => requestAnimationFrame(done));

/** Two frames later what was changed can be seen. */
async function seen() {
  await document.fonts?.ready;
  await frame();
  await frame();
}

/** Tells the window that this page looks as it should, its letters included. */
export async function settled(): Promise<void> {
  await seen();
  say("settled");
}

/**
 * Tells the window that whoever used this page has gone and that it shows what the next
 * page will show: the window then replaces it by a new one, which hears why.
 */
export async function left(ending: string): Promise<void> {
  await seen();
  say("left", ending);
}
