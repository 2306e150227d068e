import "@fontsource-variable/noto-sans-sc";
import "@/ui/tokens.css";
import "@/ui/base.css";
import { createApp } from "vue";
import GiftsDesk from "./GiftsDesk.vue";
import { makeWords, preferred } from "./words";

createApp(GiftsDesk)
  .use(makeWords(preferred(navigator.languages)))
  .mount("#app");
