import PDFDocument from "pdfkit";
import QRCode from "qrcode";
import { fonts, page, serve } from "./worker.mjs";

const mm = 72 / 25.4;

await serve(async () => {
  const code = await QRCode.toBuffer(page.code, { errorCorrectionLevel: "M", margin: 0, scale: 8 });
  const doc = new PDFDocument({ size: [80 * mm, 290 * mm], margins: { top: 12, bottom: 12, left: 12, right: 12 } });
  const chunks = [];
  doc.on("data", (chunk) => chunks.push(chunk));
  const ended = new Promise((done) => doc.on("end", done));
  doc.registerFont("regular", fonts.regular).registerFont("bold", fonts.bold);
  doc.font("bold").fontSize(14).text(page.title).text(page.subtitle);
  for (const [label, value] of page.rows) {
    const y = doc.y;
    doc.font("bold").fontSize(9).text(label, 12, y, { width: 60 });
    doc.font("regular").text(value, 75, y, { width: 140 });
  }
  doc.font("regular").fontSize(10);
  for (const line of page.lines) doc.text(line, 12);
  doc.image(code, { width: 80 });
  doc.end();
  await ended;
  return Buffer.concat(chunks);
});
