import "@fontsource-variable/noto-sans-sc";
import "@/ui/tokens.css";
import "@/ui/base.css";
import { createApp } from "vue";
import { startHeartbeat } from "@/client";
import { makeI18n } from "@/i18n";
import { everything } from "@/i18n/everything";
import WaitingRoom from "./WaitingRoom.vue";

createApp(WaitingRoom).use(makeI18n(everything)).mount("#app");
startHeartbeat();
