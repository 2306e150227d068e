import type { Language } from "@/i18n";

/**
 * An amount in fen in words, as a second reading of its digits: in Chinese as amounts are
 * written on bills and vouchers (支付结算办法, 附件一: 正确填写票据和结算凭证的基本规定), in
 * English in full. An amount below zero says so.
 */
export function inWords(fen: number, language: Language): string {
  const words = language === "en" ? english : chinese;
  return fen < 0 ? `${language === "en" ? "minus " : "负"}${words(-fen)}` : words(fen);
}

const digits = "零壹贰叁肆伍陆柒捌玖";
const places = ["", "拾", "佰", "仟"];
const groups = ["", "万", "亿"];

/** Four digits: 1,409 is 壹仟肆佰零玖; zeros at their end are not read. */
function four(n: number): string {
  let out = "";
  let isGap = false;
  for (let place = 3; place >= 0; place--) {
    const digit = Math.floor(n / 10 ** place) % 10;
    if (!digit) {
      isGap = out !== "";
      continue;
    }
    out += `${isGap ? "零" : ""}${digits[digit]}${places[place]}`;
    isGap = false;
  }
  return out;
}

function chinese(fen: number): string {
  const yuan = Math.floor(fen / 100);
  const [jiao, rest] = [Math.floor(fen / 10) % 10, fen % 10];
  let whole = "";
  for (let group = groups.length - 1; group >= 0; group--) {
    const n = Math.floor(yuan / 10_000 ** group) % 10_000;
    if (n) whole += `${whole && n < 1_000 ? "零" : ""}${four(n)}${groups[group]}`;
  }
  if (!jiao && !rest) return `${whole || "零"}元整`;
  const head = whole ? `${whole}元` : "";
  const tens = jiao ? `${digits[jiao]}角` : head ? "零" : "";
  return head + tens + (rest ? `${digits[rest]}分` : "整");
}

const small = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(" ");
const tens = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");

function threeDigits(n: number): string {
  const hundred = n >= 100 ? `${small[Math.floor(n / 100)]} hundred` : "";
  const below = n % 100;
  const rest = below < 20 ? small[below]! : `${tens[Math.floor(below / 10) - 2]}${below % 10 ? `-${small[below % 10]}` : ""}`;
  return hundred && below ? `${hundred} and ${rest}` : hundred || rest;
}

function english(fen: number): string {
  const yuan = Math.floor(fen / 100);
  const parts: string[] = [];
  for (const [size, name] of [[1_000_000_000, "billion"], [1_000_000, "million"], [1_000, "thousand"], [1, ""]] as const) {
    const n = Math.floor(yuan / size) % 1_000;
    if (n) parts.push(`${threeDigits(n)} ${name}`.trim());
  }
  const whole = `${parts.join(" ") || "zero"} yuan`;
  return fen % 100 ? `${whole} and ${threeDigits(fen % 100)} fen` : whole;
}
