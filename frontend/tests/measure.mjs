/**
 * Measures what axe does not: text of at least 24 px (30 px in elder mode),
 * targets of at least 72 px both ways, and nothing wider than the glass.
 */
export async function measure(page, elder) {
  return page.evaluate(
    ({ leastText, leastTarget }) => {
      const shown = (el) => el.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !el.closest(".visually-hidden");
      const name = (el) => `<${el.tagName.toLowerCase()} class="${el.getAttribute("class") ?? ""}"> ${(el.textContent ?? "").trim().slice(0, 24)}`;
      const found = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const small = new Set();
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const el = node.parentElement;
        if (!node.data.trim() || !el || small.has(el) || !shown(el) || el.closest("svg")) continue;
        const size = parseFloat(getComputedStyle(el).fontSize);
        if (size < leastText - 0.5) small.add(el) && found.push(`text of ${size} px: ${name(el)}`);
      }
      for (const el of document.querySelectorAll("button, a, input:not([type=hidden]), [role=radio], [role=checkbox]")) {
        const box = el.getBoundingClientRect();
        if (!shown(el) || el.getAttribute("aria-hidden") === "true" || box.width === 0) continue;
        // A pill may look small and reach further by a pseudo-element over it.
        const after = getComputedStyle(el, "::after");
        const reach = after.content !== "none" && after.position === "absolute" ? after : { width: "0", height: "0" };
        const [width, height] = [Math.max(box.width, parseFloat(reach.width)), Math.max(box.height, parseFloat(reach.height))];
        if (width < leastTarget - 0.5 || height < leastTarget - 0.5) found.push(`target of ${Math.round(width)} × ${Math.round(height)} px: ${name(el)}`);
      }
      for (const el of document.querySelectorAll("body *")) {
        if (!shown(el) || el.closest("svg, .visually-hidden")) continue;
        const box = el.getBoundingClientRect();
        if (box.width && (box.right > innerWidth + 1 || box.left < -1)) found.push(`off the glass: ${name(el)}`);
        const style = getComputedStyle(el);
        if (el.scrollWidth > el.clientWidth + 2 && el.clientWidth && style.overflowX === "visible" && style.display !== "inline") found.push(`text runs out: ${name(el)}`);
      }
      return [...new Set(found)];
    },
    { leastText: elder ? 30 : 24, leastTarget: 72 },
  );
}
