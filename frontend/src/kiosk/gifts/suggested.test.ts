import { expect, test } from "vitest";
import type { Gift } from "./gift";
import { firstHere } from "./suggested";

const list = Array.from({ length: 24 }, (_, i) => ({ gift_id: `g${i}`, because: i % 2 ? "mug" : undefined }));

test("what is not here makes room for what is, however far down it stands", async () => {
  const asked: string[] = [];
  const cardOf = async (id: string) => {
    asked.push(id);
    const n = Number(id.slice(1));
    return n === 3 ? null : ({ id, here: id === "mug" || n === 9 || n >= 20 } as unknown as Gift);
  };
  const shown = await firstHere(list, 3, cardOf);
  expect(shown.map((s) => [s.gift.id, s.of?.id])).toEqual([["g9", "mug"], ["g20", undefined], ["g21", "mug"]]);
  expect(await firstHere(list, 3, async () => null)).toEqual([]);
  asked.length = 0;
  await firstHere(list.slice(20), 2, cardOf);
  expect(asked, "no more is asked for than is needed").toEqual(["g20", "g21", "g22", "g23", "mug"]);
});
