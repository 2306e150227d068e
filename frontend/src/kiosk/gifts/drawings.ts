/**
 * The drawings of the catalogue by their name. Each file of art/ is a whole SVG of
 * 96 by 96; its shapes name their tones by class, and GiftPicture gives these their colours.
 * Light comes from the top left: "deep" is the side away from it, "light" where it
 * falls, "shadow" what the thing stands on.
 */
const files = import.meta.glob<string>("./art/*.svg", { eager: true, query: "?raw", import: "default" });

const nameOf = (path: string) => path.slice("./art/".length, -".svg".length);
const shapesOf = (svg: string) => svg.slice(svg.indexOf(">") + 1, svg.lastIndexOf("</svg>"));

export const drawings: Readonly<Record<string, string>> = Object.fromEntries(Object.entries(files).map(([path, svg]) => [nameOf(path), shapesOf(svg)]));
