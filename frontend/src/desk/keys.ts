import { computed, onBeforeUnmount, onMounted, shallowReactive, type ComputedRef } from "vue";

/** One key and what it does, for who presses it and for the list of keys. */
export interface Key {
  /** As KeyboardEvent.key, letters small: "n", "F8", "Enter", "?". With "Ctrl+" before it for that. */
  key: string;
  /** Key of the words in the list. */
  words: string;
  run: () => void;
  /** There is a button for it above on every page, so a low window leaves it out of the list. */
  above?: boolean;
  /** Left out while it would do nothing. */
  when?: () => boolean;
}

const layers = shallowReactive<{ keys: () => Key[] }[]>([]);

/** The keys that work now: those of the topmost layer first, letters before functions. */
export const keysNow: ComputedRef<Key[]> = computed(() => [...layers].reverse().flatMap((layer) => layer.keys()).filter((k) => !k.when || k.when()));

/** Keys of a part of the page, for as long as it is there. */
export function useKeys(keys: () => Key[]): void {
  const layer = { keys };
  onMounted(() => layers.push(layer));
  onBeforeUnmount(() => layers.splice(layers.indexOf(layer), 1));
}

/** What a key is called where it is shown. */
export const keyName = (key: string): string =>
  ({ Escape: "Esc", Enter: "↵", ArrowDown: "↓", ArrowUp: "↑", ArrowLeft: "←", ArrowRight: "→" })[key] ?? (key.length === 1 ? key.toUpperCase() : key.replace(/\+(.)$/, (_, c: string) => `+${c.toUpperCase()}`));

const isTyped = (target: EventTarget | null) => target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));
const isPressable = (target: EventTarget | null) => target instanceof HTMLElement && ["BUTTON", "A", "SUMMARY"].includes(target.tagName);

const nameOf = (event: KeyboardEvent) => (event.ctrlKey ? "Ctrl+" : "") + (event.key.length === 1 ? event.key.toLowerCase() : event.key);
/** Tells keys that work wherever the keyboard is from those that may be letters of something typed. */
const isFunction = (event: KeyboardEvent) => event.ctrlKey || /^F\d+$|^Escape$/.test(event.key);

/** Lets the keys of the desk work while the keyboard is in a frame, which is a window of its own and would keep them. */
export function passKeysOn(frame: Window): void {
  frame.addEventListener("keydown", (event) => {
    if (isFunction(event) && !dispatchEvent(new KeyboardEvent(event.type, event))) event.preventDefault();
  });
}

/** Listens to the keyboard. What is being typed keeps its letters; a dialog keeps everything. */
export function listenToKeys(): () => void {
  const press = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
    if (isTyped(event.target) && !isFunction(event)) return;
    if (nameOf(event) === "Enter" && isPressable(event.target)) return; // with Ctrl it sends the form, whatever has the keyboard
    const found = keysNow.value.find((k) => k.key === nameOf(event));
    if (!found) return;
    event.preventDefault();
    found.run();
  };
  addEventListener("keydown", press);
  return () => removeEventListener("keydown", press);
}
