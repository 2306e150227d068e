const kept = "lianxin.first-run";

/**
 * Takes the token from behind the # and out of the address: it must not stay in
 * the browser's history. This tab keeps it, so that the page may be loaded again.
 */
export function takeToken(location: Location, history: History, storage: Storage): string {
  const fresh = location.hash.slice(1);
  if (fresh) {
    storage.setItem(kept, fresh);
    history.replaceState(null, "", location.pathname);
  }
  return fresh || storage.getItem(kept) || "";
}

/** Forgets the token once it is of no more use. */
export function forgetToken(storage: Storage): void {
  storage.removeItem(kept);
}

/** Whether what is typed here could be read on its way. */
export function isOpenToListeners(location: Location): boolean {
  const here = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname) || location.hostname.endsWith(".localhost");
  return location.protocol === "http:" && !here;
}

/**
 * The name of one call, so that it may be repeated. `crypto.randomUUID`, which the
 * client would take, is missing on pages without encryption.
 */
export function callName(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
