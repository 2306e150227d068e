import { writeFileSync } from "node:fs";
import { html } from "./html.mjs";

writeFileSync(process.argv[2], await html());
