// What every renderer in Node shares: for each line on standard input it renders the
// page and answers with the bytes of the file; at the end it writes the last one.
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

export const here = new URL(".", import.meta.url).pathname;
export const page = JSON.parse(readFileSync(`${here}page.json`, "utf8"));
export const fonts = {
  regular: `${here}node_modules/@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf`,
  bold: `${here}node_modules/@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf`,
};

export async function serve(render, close = async () => {}) {
  let last;
  for await (const _ of createInterface({ input: process.stdin })) {
    last = await render();
    console.log(last.length);
  }
  if (last) writeFileSync(process.argv[2], last);
  await close();
}
