// The page as HTML, for what prints HTML.
import QRCode from "qrcode";
import { fonts, page } from "./worker.mjs";

export async function html() {
  const code = await QRCode.toString(page.code, { type: "svg", errorCorrectionLevel: "M", margin: 0 });
  const rows = page.rows.map(([label, value]) => `<tr><th>${label}<td>${value}`).join("\n");
  return `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>${page.subtitle}</title><style>
@font-face { font-family: Noto; src: url(file://${fonts.regular}); font-weight: 400 }
@font-face { font-family: Noto; src: url(file://${fonts.bold}); font-weight: 700 }
@page { size: 80mm 290mm; margin: 4mm }
body { font: 400 10pt Noto; margin: 0 } h1 { font-size: 14pt; margin: 0 } th { text-align: left; font-weight: 700 }
p { margin: 0 } svg { width: 28mm; height: 28mm }
</style><h1>${page.title}</h1><h1>${page.subtitle}</h1><table>${rows}</table>${page.lines.map((line) => `<p>${line}</p>`).join("\n")}${code}</html>`;
}
