import "@fontsource-variable/noto-sans-sc";
import "@/ui/tokens.css";
import "@/ui/base.css";
import { PiniaColada } from "@pinia/colada";
import { createPinia } from "pinia";
import { createApp } from "vue";
import { startHeartbeat } from "@/client";
import { makeI18n } from "@/i18n";
import App from "./App.vue";
import { lockDown } from "./lockdown";
import { makeRouter } from "./router";
import { texts } from "./texts";

lockDown(document);
startHeartbeat();

createApp(App)
  .use(createPinia())
  .use(PiniaColada)
  .use(makeI18n(texts))
  .use(makeRouter())
  .mount("#app");
