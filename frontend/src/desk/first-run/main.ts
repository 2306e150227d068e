import "@fontsource-variable/noto-sans-sc";
import "@/ui/tokens.css";
import "@/ui/base.css";
import { createApp } from "vue";
import FirstRun from "./FirstRun.vue";
import { preferred } from "@/i18n/alone";
import { makeWords } from "./words";

createApp(FirstRun)
  .use(makeWords(preferred(navigator.languages)))
  .mount("#app");
