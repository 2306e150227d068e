import "@fontsource-variable/noto-sans-sc";
import "@/ui/tokens.css";
import "@/ui/base.css";
import { createPinia } from "pinia";
import { createApp } from "vue";
import { makeI18n } from "@/i18n";
import { texts } from "@/kiosk/texts";
import PreviewApp from "./PreviewApp.vue";

createApp(PreviewApp).use(createPinia()).use(makeI18n(texts)).mount("#app");
