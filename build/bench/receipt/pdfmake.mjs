import pdfmake from "pdfmake";
import { fonts, page, serve } from "./worker.mjs";

pdfmake.setFonts({ Noto: { normal: fonts.regular, bold: fonts.bold } });
pdfmake.setUrlAccessPolicy(() => false);
pdfmake.setLocalAccessPolicy(() => true);

await serve(() =>
  pdfmake
    .createPdf({
      pageSize: { width: 226.77, height: 822 },
      pageMargins: 12,
      defaultStyle: { font: "Noto", fontSize: 10 },
      content: [
        { text: page.title, bold: true, fontSize: 14 },
        { text: page.subtitle, bold: true, fontSize: 14 },
        { layout: "noBorders", table: { widths: [60, "*"], body: page.rows.map(([label, value]) => [{ text: label, bold: true }, value]) } },
        ...page.lines,
        { qr: page.code, eccLevel: "M", fit: 80 },
      ],
    })
    .getBuffer(),
);
