// Every part of the kit in every state, to look at while building. Not part of
// any build: `npm run dev`, then /gallery.html?language=en&elder=true, or ?drawings=true
// for the gifts.
import "@fontsource-variable/noto-sans-sc";
import "@/ui/tokens.css";
import "@/ui/base.css";
import { createPinia } from "pinia";
import { createApp } from "vue";
import { makeI18n, type Language } from "@/i18n";
import { everything } from "@/i18n/everything";
import Drawings from "./Drawings.vue";
import Gallery from "./Gallery.vue";

const wanted = new URLSearchParams(location.search);
const language = (wanted.get("language") ?? "zh-CN") as Language;
document.documentElement.lang = language;
document.documentElement.dataset["elder"] = wanted.get("elder") ?? "false";
document.documentElement.dataset["contrast"] = wanted.get("contrast") ?? "";
document.documentElement.style.overflow = document.body.style.overflow = "auto";
document.documentElement.style.height = document.body.style.height = "auto";

createApp(wanted.get("drawings") ? Drawings : Gallery).use(createPinia()).use(makeI18n(everything, language)).mount("#app");
