import { onBeforeUnmount, shallowRef, watch, type Ref } from "vue";
import { ask, client } from "@/client";

/** A page of a claim that is looked at. */
export interface Looked {
  claim: string;
  page: string;
  /** So that it is asked for anew when it was turned. */
  turns: number;
}

/** The picture of a page as an address of its own; "" while it comes, "pdf" where there is none. */
export function usePicture(of: Ref<Looked | undefined>, size: "preview" | "picture") {
  const src = shallowRef("");
  let turn = 0;
  watch(
    () => [of.value?.claim, of.value?.page, of.value?.turns].join(),
    async () => {
      const mine = ++turn;
      src.value = "";
      const at = of.value;
      if (!at) return;
      const params = { path: { id: at.claim, page_id: at.page } };
      try {
        const file = await ask(size === "preview" ? client.GET("/desk/claims/{id}/pages/{page_id}/preview", { params }) : client.GET("/desk/claims/{id}/pages/{page_id}/picture", { params }));
        if (mine === turn) src.value = file.content ? `data:${file.type};base64,${file.content}` : "pdf";
      } catch {
        if (mine === turn) src.value = "none"; // the page says so in the picture's place
      }
    },
    { immediate: true },
  );
  onBeforeUnmount(() => turn++);
  return src;
}
