import { expect, it } from "vitest";
import { checkQuantity } from "./quantity";

it.each([
  ["", "empty"],
  ["62", null],
  ["62.5", null],
  ["62.55", "tooPrecise"],
  ["6.", "notNumber"],
  [".5", "notNumber"],
  ["29.9", "tooSmall"],
  ["250", null],
  ["250.1", "tooLarge"],
])("%s kg → %s", (typed, problem) => expect(checkQuantity(typed, { min: 30, max: 250, decimals: 1 })).toBe(problem));
