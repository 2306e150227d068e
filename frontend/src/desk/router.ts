import { createRouter, createWebHashHistory } from "vue-router";

/** The pages of the desk. An address names a visit by its opaque ID and nothing of a person. */
export const makeRouter = () =>
  createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: "/", name: "home", component: () => import("./HomePage.vue") },
      { path: "/reception", name: "reception", component: () => import("./reception/ReceptionPage.vue") },
      { path: "/reception/:visit", name: "interview", component: () => import("./reception/InterviewPage.vue") },
      {
        path: "/administration",
        name: "administration",
        component: () => import("./administration/AdministrationPage.vue"),
        redirect: { name: "devices" },
        children: [
          { path: "devices", name: "devices", component: () => import("./administration/devices/DevicesPage.vue") },
          { path: "devices/:id", name: "device", meta: { section: "devices" }, component: () => import("./administration/devices/DevicePage.vue") },
          { path: "people", name: "people", component: () => import("./administration/people/PeoplePage.vue") },
          { path: "audit", name: "audit", component: () => import("./administration/audit/AuditPage.vue") },
        ],
      },
      { path: "/:anything(.*)", redirect: "/" },
    ],
  });
