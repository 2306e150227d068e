import "@fontsource-variable/noto-sans-sc";
import "@/ui/tokens.css";
import "@/ui/base.css";
import "./desk.css";
import { createApp } from "vue";
import { startHeartbeat } from "@/client";
import { makeI18n } from "@/i18n";
import { everything } from "@/i18n/everything";
import { preferred } from "@/i18n/alone";
import DeskApp from "./DeskApp.vue";
import { makeRouter } from "./router";

createApp(DeskApp)
  .use(makeI18n(everything, preferred(navigator.languages)))
  .use(makeRouter())
  .mount("#app");
startHeartbeat();
