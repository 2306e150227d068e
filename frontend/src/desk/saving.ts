import { onBeforeUnmount, onMounted } from "vue";
import { useI18n } from "vue-i18n";
import { ask, client, subscribe, type Schema } from "@/client";
import type { Language } from "@/i18n";
import { useSaid } from "./said";

type Saved = Schema["DeskSaved"];

/** Saves files of the center through the program; `said` is what became of the last one. */
export function useSaving() {
  const { t, locale } = useI18n();
  const said = useSaid();
  const tell = (saved: Saved) => {
    said.value = () => t(`money.saved.${saved.state}`, { name: saved.name });
  };
  let stop: (() => void) | undefined;
  onMounted(() => (stop = subscribe("saved", (saved) => void tell(saved as Saved))));
  onBeforeUnmount(() => stop?.());
  const save = async (file: Omit<Schema["DeskFile"], "language">) => {
    said.value = "";
    const asked = await ask(client.POST("/desk/files", { body: { ...file, language: locale.value as Language } }));
    if (!said.value) tell(asked); // else what became of it was told before this answer came
  };
  return { said, save };
}
