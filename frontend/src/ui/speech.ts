import { onScopeDispose, ref } from "vue";

/**
 * Speaking aloud through the platform. `available` is false where there is no
 * speech engine or no voice at all: WebKitGTK may have the API and no voice.
 */
export function useSpeech() {
  const engine = typeof speechSynthesis === "undefined" ? null : speechSynthesis;
  const available = ref(false);
  const speaking = ref(false);

  const lookForVoices = () => (available.value = (engine?.getVoices().length ?? 0) > 0);
  lookForVoices();
  engine?.addEventListener?.("voiceschanged", lookForVoices);
  onScopeDispose(() => engine?.removeEventListener?.("voiceschanged", lookForVoices));

  function stop() {
    speaking.value = false;
    engine?.cancel();
  }

  function say(text: string, language: string) {
    if (!engine) return;
    stop();
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.lang = language;
    utterance.rate = 0.92;
    utterance.onend = utterance.onerror = () => (speaking.value = false);
    speaking.value = true;
    engine.speak(utterance);
  }

  return { available, speaking, say, stop };
}
