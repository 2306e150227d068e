import "@fontsource-variable/noto-sans-sc";
import "@/ui/tokens.css";
import "@/ui/base.css";
import { createApp } from "vue";
import GiftsDesk from "./GiftsDesk.vue";
import { preferred } from "@/i18n/alone";
import { makeWords } from "./words";

createApp(GiftsDesk)
  .use(makeWords(preferred(navigator.languages)))
  .mount("#app");
