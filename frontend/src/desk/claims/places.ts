import type { InjectionKey, Ref } from "vue";
import { inject } from "vue";

/** What is wrong at a place of the claim, in words; "" where nothing is to be said now. */
export type WrongAt = (place: string) => string;
export const wrongAtKey: InjectionKey<{ wrongAt: WrongAt; touch: (place: string) => void; today: string; readonly: Ref<boolean> }> = Symbol("wrong");
export const usePlaces = () => inject(wrongAtKey)!;
