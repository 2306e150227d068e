// A real center and a real kiosk that belongs to it, on made-up data in a folder
// of their own. Nothing here stands in for anything: the page is driven by a
// browser, everything behind it is the program.
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, run, start } from "./process.mjs";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const bin = (name) => join(root, "build/bin", name);
export const out = join(root, "build/out");
export const pin = "2580";

/** The site of the kiosk: open every day, so that it has many bookings. */
export const site = "wangfujing";

/** Makes the command that looks where no screen does; see backend/story/probe_test.go. */
async function makeProbe(folder) {
  const probe = join(folder, "probe");
  await run("go", ["test", "-c", "-o", probe, "lianxin/backend/story"], { cwd: root });
  return probe;
}

/** The longest a world was in use on a busy machine, in seconds, with room. */
const worldLasts = 480;

/** Waits for the next day in Beijing when this one ends too soon; with a time, only says how many seconds it would. */
export const waitForDay = async (seconds, now) => Number(await run(join(root, "build/scripts/day.sh"), [`${seconds}`, ...(now ? [`${now}`] : [])]));

export async function openWorld({ donors = 600 } = {}) {
  await waitForDay(worldLasts);
  const folder = await mkdtemp(join(tmpdir(), "lianxin-e2e-"));
  const port = await freePort();
  const place = ["--demo", "--data", join(folder, "center"), "--url", `http://127.0.0.1:${port}`];
  const [probe] = await Promise.all([makeProbe(folder), run(bin("lianxin-center"), ["seed", ...place, "--donors", `${donors}`])]);
  const world = { folder, papers: join(folder, "papers"), place, at: `http://127.0.0.1:${port}`, center: null, kiosk: null };

  world.startCenter = async () => {
    world.center = await start(bin("lianxin-center"), ["serve", ...place, "--listen", `127.0.0.1:${port}`], /serves at/);
  };
  world.stopCenter = async () => {
    const code = await world.center.stop();
    world.center = null;
    if (code !== 0) throw new Error(`the center ended with ${code}`);
  };
  world.startKiosk = async (...flags) => {
    const script = join(root, "build/scripts/dev-kiosk.sh");
    const args = ["--data", join(folder, "kiosk"), "--printer", `folder:${world.papers}`, "--pin", pin, "--log-stderr", ...flags];
    world.kiosk = await start(script, args, /^ready (http\S+)/);
    world.address = world.kiosk.match[1];
  };
  /** Lets the kiosk in at the site. */
  world.enrol = async () => {
    const invitation = join(folder, "invitation");
    const args = ["enroll", ...place, "--site", site, "--name", "大厅1号机", "--yes", "--payload-file", invitation];
    const waiting = await start(bin("lianxin-center"), args, /waiting for the device/);
    try {
      await world.startKiosk("--invitation", invitation);
    } catch (error) {
      await waiting.stop(); // or the test would wait for it as well
      throw error;
    }
    const code = await waiting.ended;
    if (code !== 0) throw new Error(`enrolment ended with ${code}\n${waiting.said.join("\n")}`);
  };
  /** People with bookings at a site, as the center knows them. */
  world.people = async (...flags) => JSON.parse(await run(probe, ["people", join(folder, "center/center.db"), ...(flags.includes("--site") ? [] : ["--site", site]), ...flags]));
  /** Advances money as if it had been in an earlier month. */
  world.advance = (district, month, claim, fen) => run(probe, ["advance", join(folder, "center/center.db"), "--district", district, "--month", month, "--claim", claim, "--fen", `${fen}`]);
  /** Lets a hospital have waived a claim's lines in the moment in which it was submitted: the first as it is, the others written a day later. */
  world.waive = (claim) => run(probe, ["waive", join(folder, "center/center.db"), "--claim", claim]);
  /** Lets a voucher have been good until yesterday. */
  world.endVoucher = (number) => run(probe, ["ended", join(folder, "center/center.db"), "--number", number]);
  /** The center's visits of today, from its own database. */
  world.visits = async () => {
    const lines = await run(probe, ["visits", join(folder, "center/center.db"), "--site", site]);
    return lines.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  };
  /** How many papers the printer has made. */
  world.printed = async () => (await readdir(world.papers).catch(() => [])).filter((name) => name.endsWith(".pdf")).length;
  /** Takes the printer's folder away, as a broken printer would be, and puts it back. */
  world.breakPrinter = async () => {
    await rm(world.papers, { recursive: true, force: true });
    await writeFile(world.papers, "");
  };
  world.mendPrinter = async () => {
    await rm(world.papers, { force: true });
    await mkdir(world.papers);
  };
  world.close = async () => {
    await world.kiosk?.stop();
    await world.center?.stop();
    await rm(folder, { recursive: true, force: true });
  };

  try {
    await world.startCenter();
    await world.enrol();
  } catch (error) {
    await world.close();
    throw error;
  }
  return world;
}
