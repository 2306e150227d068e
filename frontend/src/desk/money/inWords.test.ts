import { describe, expect, it } from "vitest";
import { inWords } from "./inWords";

describe("an amount in words", () => {
  // The rule's own examples, and what lies between.
  it.each([
    [140_950, "壹仟肆佰零玖元伍角整"],
    [600_714, "陆仟零柒元壹角肆分"],
    [10_700_053, "壹拾万柒仟元伍角叁分"],
    [1_640_902, "壹万陆仟肆佰零玖元零贰分"],
    [32_504, "叁佰贰拾伍元零肆分"],
    [168_032, "壹仟陆佰捌拾元叁角贰分"],
    [0, "零元整"],
    [5, "伍分"],
    [30, "叁角整"],
    [100_000_000, "壹佰万元整"],
    [1_000_100, "壹万零壹元整"],
    [10_000_000_000_00, "壹佰亿元整"],
    [100_000_001_00, "壹亿零壹元整"],
    [-41_000, "负肆佰壹拾元整"],
  ])("%i fen is %s", (fen, words) => expect(inWords(fen, "zh-CN")).toBe(words));
  it.each([
    [123_456_78, "one hundred and twenty-three thousand four hundred and fifty-six yuan and seventy-eight fen"],
    [1_200_000_00, "one million two hundred thousand yuan"],
    [0, "zero yuan"],
    [-1, "minus zero yuan and one fen"],
  ])("%i fen is %s", (fen, words) => expect(inWords(fen, "en")).toBe(words));
});
