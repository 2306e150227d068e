import { ref } from "vue";
import { expect, test } from "vitest";
import { useSaid } from "./said";

test("what was said follows the page into another language, until it is taken back", () => {
  const language = ref("zh");
  const said = useSaid();
  expect(said.value).toBe("");
  said.value = () => (language.value === "zh" ? "已提交" : "Handed in");
  expect(said.value).toBe("已提交");
  language.value = "en";
  expect(said.value).toBe("Handed in");
  said.value = "";
  expect(said.value).toBe("");
});
