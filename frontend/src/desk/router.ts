import { createRouter, createWebHashHistory } from "vue-router";

/** The pages of the desk. An address names a visit by its opaque ID and nothing of a person. */
export const makeRouter = () =>
  createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: "/", name: "home", component: () => import("./HomePage.vue") },
      { path: "/reception", name: "reception", component: () => import("./reception/ReceptionPage.vue") },
      { path: "/reception/:visit", name: "interview", component: () => import("./reception/InterviewPage.vue") },
      { path: "/:anything(.*)", redirect: "/" },
    ],
  });
