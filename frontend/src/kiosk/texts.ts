import type { Texts } from "@/i18n";

/** The texts a kiosk shows; the test of all texts says when a screen wants a namespace more. */
export const texts: Texts = import.meta.glob(
  "../i18n/{zh-CN,en}/{account,checkin,demo,fault,frame,gifts,machine,operator,sites,story,ui,welcome,yearcard}.json",
  { eager: true, import: "default" },
);
