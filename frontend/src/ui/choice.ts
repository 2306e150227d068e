import type { Component } from "vue";

/** One answer a person may choose. */
export interface Choice<V extends string = string> {
  value: V;
  label: string;
  /** One plain line under the label. */
  hint?: string;
  icon?: Component;
  /** A large figure in place of the icon, such as "400". */
  figure?: string;
  unit?: string;
  disabled?: boolean;
  /** Why it cannot be chosen, or a remark such as "usual". */
  note?: string;
}
