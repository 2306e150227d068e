import { createRouter, createWebHashHistory } from "vue-router";
import { sections } from "./administration/sections";
import { may } from "./session";

/** The pages of the desk. An address names a visit or a claim by its opaque ID and nothing of a person. */
export const makeRouter = () =>
  createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: "/", name: "home", meta: { place: "home" }, component: () => import("./HomePage.vue") },
      { path: "/reception", name: "reception", meta: { place: "reception" }, component: () => import("./reception/ReceptionPage.vue") },
      { path: "/reception/:visit", name: "interview", meta: { place: "reception" }, component: () => import("./reception/InterviewPage.vue") },
      { path: "/vouchers", name: "vouchers", meta: { place: "vouchers" }, component: () => import("./vouchers/VoucherPage.vue") },
      { path: "/corrections", name: "corrections", meta: { place: "corrections" }, component: () => import("./corrections/CorrectionPage.vue") },
      { path: "/counsel", name: "counsel", meta: { place: "counsel" }, component: () => import("./counsel/CounselPage.vue") },
      { path: "/counsel/:case", name: "counsel-case", meta: { place: "counsel" }, component: () => import("./counsel/CasePage.vue") },
      { path: "/claims", name: "claims", meta: { place: "claims" }, component: () => import("./claims/ClaimsPage.vue") },
      { path: "/claims/:claim", name: "claim", meta: { place: "claims" }, component: () => import("./claims/ClaimPage.vue") },
      { path: "/claims/:claim/form", name: "claim-form", meta: { place: "claims" }, component: () => import("./claims/ClaimForm.vue") },
      {
        path: "/administration",
        name: "administration",
        meta: { place: "administration" },
        component: () => import("./administration/AdministrationPage.vue"),
        redirect: () => ({ name: sections.find((s) => may(s.permission))?.name ?? "home" }),
        children: [
          { path: "devices", name: "devices", component: () => import("./administration/devices/DevicesPage.vue") },
          { path: "devices/:id", name: "device", meta: { section: "devices" }, component: () => import("./administration/devices/DevicePage.vue") },
          { path: "people", name: "people", component: () => import("./administration/people/PeoplePage.vue") },
          { path: "sites", name: "sites", component: () => import("./administration/sites/SitesPage.vue") },
          { path: "sites/:id", name: "site", meta: { section: "sites" }, component: () => import("./administration/sites/SitePage.vue") },
          { path: "packs", name: "packs", component: () => import("./administration/packs/PacksPage.vue") },
          { path: "packs/new", name: "pack-new", meta: { section: "packs" }, component: () => import("./administration/packs/NewPackPage.vue") },
          { path: "packs/questionnaire", name: "questionnaire", meta: { section: "packs" }, component: () => import("./administration/questionnaire/QuestionnairePage.vue") },
          { path: "packs/:id/:version", name: "pack", meta: { section: "packs" }, component: () => import("./administration/packs/PackPage.vue") },
          { path: "audit", name: "audit", component: () => import("./administration/audit/AuditPage.vue") },
        ],
      },
      { path: "/:anything(.*)", redirect: "/" },
    ],
  });
