import { createRouter, createWebHashHistory } from "vue-router";
import Welcome from "./welcome/Welcome.vue";

// The address is a hash, because a window serves one page from its own scheme.
// Nothing personal is ever part of it.
export function makeRouter() {
  return createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: "/", name: "welcome", component: Welcome },
      { path: "/check-in", name: "check-in", component: () => import("./checkin/CheckIn.vue") },
      { path: "/sites", name: "sites", component: () => import("./sites/Sites.vue") },
      { path: "/gifts", name: "gifts", component: () => import("./gifts/Gifts.vue") },
      { path: "/story", name: "story", component: () => import("./story/Story.vue") },
      { path: "/:rest(.*)", redirect: { name: "welcome" } },
    ],
  });
}
