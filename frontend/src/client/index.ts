export { ask, client, type Schema } from "./client";
export { startHeartbeat } from "./heartbeat";
export { subscribe, type Topic } from "./live";
export { left, settled } from "./rest";
export { Problem, toProblem } from "./problem";
