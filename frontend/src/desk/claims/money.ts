/** Yuan as they are typed, with separators or without, in fen; undefined while it is no amount. */
export function fenOf(text: string | undefined): number | undefined {
  const plain = (text ?? "").replaceAll(/[\s,，¥￥元]/g, "").replace("。", ".");
  if (!/^\d{1,8}(\.\d{0,2})?$/.test(plain)) return undefined;
  const [yuan, part = ""] = plain.split(".");
  return Number(yuan) * 100 + Number(part.padEnd(2, "0"));
}

/** Fen as yuan in a field: 1234.50, or 1234 when there are none. */
export const typedYuan = (fen: number | undefined): string => (fen === undefined ? "" : fen % 100 ? (fen / 100).toFixed(2) : String(fen / 100));

/** Fen as people read yuan: 1,234.50. */
export const yuan = (fen: number): string => (fen / 100).toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
