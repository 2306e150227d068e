import { computed, shallowRef } from "vue";

type Words = string | (() => string);

/**
 * What a page says became of the last deed. It is told how to say it, not what, so that
 * it follows the page into another language; "" takes it back.
 */
export function useSaid(first: Words = "") {
  const words = shallowRef<Words>(first);
  return computed<string, Words>({
    get: () => (typeof words.value === "string" ? words.value : words.value()),
    set: (next) => (words.value = next),
  });
}
