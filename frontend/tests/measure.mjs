/**
 * Measures what axe does not: text of at least 24 px (30 px in elder mode),
 * targets of at least 72 px both ways, nothing wider than the
 * glass, and no main button or code that one would have to scroll to. On
 * another glass than 1080 × 1920 both shrink by `scale`.
 */
export async function measure(page, elder, scale = 1) {
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
      const glass = { top: 0, bottom: innerHeight };
      for (const el of document.querySelectorAll(".shell .button.primary, .shell .check-in, .shell .qr, [role=dialog] .button.primary")) {
        if (!shown(el)) continue;
        const box = el.getBoundingClientRect();
        const within = el.closest(".scrolls")?.getBoundingClientRect() ?? glass;
        if (box.bottom > Math.min(within.bottom, innerHeight) + 1 || box.top < within.top - 1) found.push(`below the fold: ${name(el)}`);
      }
      return [...new Set(found)];
    },
    { leastText: (elder ? 30 : 24) * scale, leastTarget: 72 * scale },
  );
}
