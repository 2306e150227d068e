import { createRouter, createWebHashHistory } from "vue-router";
import { administration, money, type Section } from "./sections";
import { may } from "./session";

/** The first section of a place one may see. */
const first = (sections: readonly Section[]) => () => ({ name: sections.find((s) => may(s.permission))?.name ?? "home" });

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
      { path: "/merges", name: "merges", meta: { place: "merges" }, component: () => import("./merges/MergesPage.vue") },
      { path: "/merges/:merge", name: "merge", meta: { place: "merges" }, component: () => import("./merges/MergePage.vue") },
      { path: "/counsel", name: "counsel", meta: { place: "counsel" }, component: () => import("./counsel/CounselPage.vue") },
      { path: "/counsel/:case", name: "counsel-case", meta: { place: "counsel" }, component: () => import("./counsel/CasePage.vue") },
      { path: "/claims", name: "claims", meta: { place: "claims" }, component: () => import("./claims/ClaimsPage.vue") },
      { path: "/claims/:claim", name: "claim", meta: { place: "claims" }, component: () => import("./claims/ClaimPage.vue") },
      { path: "/claims/:claim/form", name: "claim-form", meta: { place: "claims" }, component: () => import("./claims/ClaimForm.vue") },
      {
        path: "/administration",
        name: "administration",
        meta: { place: "administration" },
        component: () => import("./SectionsPage.vue"),
        props: { words: "administration", sections: administration },
        redirect: first(administration),
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
          { path: "hospitals", name: "hospitals", component: () => import("./administration/hospitals/HospitalsPage.vue") },
          { path: "hospitals/:id", name: "hospital", meta: { section: "hospitals" }, component: () => import("./administration/hospitals/HospitalPage.vue") },
          { path: "audit", name: "audit", component: () => import("./administration/audit/AuditPage.vue") },
        ],
      },
      {
        path: "/money",
        name: "money",
        meta: { place: "money" },
        component: () => import("./SectionsPage.vue"),
        props: { words: "money", sections: money },
        redirect: first(money),
        children: [
          { path: "payments", name: "payments", component: () => import("./money/payments/PaymentsPage.vue") },
          { path: "payments/:batch", name: "batch", meta: { section: "payments" }, component: () => import("./money/payments/BatchPage.vue") },
          { path: "statements", name: "statements", component: () => import("./money/statements/StatementsPage.vue") },
          { path: "statements/:id", name: "statement", meta: { section: "statements" }, component: () => import("./money/statements/StatementPage.vue") },
          { path: "settlement", name: "settlement", component: () => import("./money/settlement/SettlementPage.vue") },
          { path: "settlement/:id", name: "district-month", meta: { section: "settlement" }, component: () => import("./money/settlement/DistrictMonth.vue") },
        ],
      },
      { path: "/:anything(.*)", redirect: "/" },
    ],
  });
