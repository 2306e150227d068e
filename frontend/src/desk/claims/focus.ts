const fields = (form: HTMLElement) => [...form.querySelectorAll<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>("input:not([type=checkbox]):not([disabled]), select:not([disabled]), textarea")];
/** Nothing is in it, and something has to be: a choice that was made, or that a rule made, is not empty. */
const isEmpty = (f: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement) => !f.value.trim() && !f.closest("[data-optional]");

/** The field to begin with. */
export const firstEmpty = (form: HTMLElement) => fields(form).find(isEmpty) ?? fields(form)[0];

/** Where Enter leads from a field: the next one in which something is still to be typed. */
export function nextEmpty(form: HTMLElement, from: HTMLElement) {
  const all = fields(form);
  const at = all.indexOf(from as HTMLInputElement);
  return all.slice(at + 1).find(isEmpty) ?? all[at + 1];
}
