import { defineStore } from "pinia";
import { ref, watchEffect } from "vue";
import { useI18n } from "vue-i18n";
import type { Language } from "@/i18n";

/** How one person likes to read: language and size. The next person starts anew. */
export const useComfort = defineStore("comfort", () => {
  const { locale } = useI18n({ useScope: "global" });
  const language = ref<Language>("zh-CN");
  const elder = ref(false);

  watchEffect(() => {
    locale.value = language.value;
    document.documentElement.lang = language.value;
    document.documentElement.dataset["elder"] = String(elder.value);
  });

  function reset() {
    language.value = "zh-CN";
    elder.value = false;
  }

  return { language, elder, reset };
});
