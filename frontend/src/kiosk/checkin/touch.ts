/**
 * Tells a tap from a move with the arrow keys, which chooses too: only a tap, or
 * the space bar, may lead on to the next question.
 */
export function useTouch() {
  let tapped = false;
  return {
    down: () => (tapped = true),
    key: (event: KeyboardEvent) => (tapped = event.key === " "),
    isTouch: () => tapped,
  };
}
