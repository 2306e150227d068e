export { ask, client, type Schema } from "./client";
export { startHeartbeat } from "./heartbeat";
export { subscribe, type Topic } from "./live";
export { Problem, toProblem } from "./problem";
