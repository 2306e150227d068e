import { useCountdown } from "../frame/idle";
import { useSession } from "./session";
import { computed, type ComputedRef } from "vue";

/** Whole seconds until everything personal is wiped; the frame does the wiping. */
export function useSecondsLeft(): ComputedRef<number | null> {
  const session = useSession();
  const { left } = useCountdown(
    computed(() => session.deadline),
    () => 0,
    () => undefined,
  );
  return computed(() => (Number.isFinite(left.value) ? left.value : null));
}
