/** A country that issues passports. */
export interface Country {
  /** ISO 3166-1 alpha-3, as in a passport's machine-readable lines. */
  code: string;
  name: string;
  /** The letter it is found under: of its pinyin in Chinese, else of its name. */
  initial: string;
}

// Members of the United Nations and its two observers, alpha-3 and alpha-2
// (ISO 3166-1). Hong Kong, Macao and Taiwan residents have documents of their own
// in the list of kinds.
const codes =
  "AFG:AF ALB:AL DZA:DZ AND:AD AGO:AO ATG:AG ARG:AR ARM:AM AUS:AU AUT:AT AZE:AZ BHS:BS BHR:BH BGD:BD BRB:BB BLR:BY BEL:BE BLZ:BZ BEN:BJ BTN:BT " +
  "BOL:BO BIH:BA BWA:BW BRA:BR BRN:BN BGR:BG BFA:BF BDI:BI CPV:CV KHM:KH CMR:CM CAN:CA CAF:CF TCD:TD CHL:CL CHN:CN COL:CO COM:KM COG:CG COD:CD " +
  "CRI:CR CIV:CI HRV:HR CUB:CU CYP:CY CZE:CZ DNK:DK DJI:DJ DMA:DM DOM:DO ECU:EC EGY:EG SLV:SV GNQ:GQ ERI:ER EST:EE SWZ:SZ ETH:ET FJI:FJ FIN:FI " +
  "FRA:FR GAB:GA GMB:GM GEO:GE DEU:DE GHA:GH GRC:GR GRD:GD GTM:GT GIN:GN GNB:GW GUY:GY HTI:HT HND:HN HUN:HU ISL:IS IND:IN IDN:ID IRN:IR IRQ:IQ " +
  "IRL:IE ISR:IL ITA:IT JAM:JM JPN:JP JOR:JO KAZ:KZ KEN:KE KIR:KI PRK:KP KOR:KR KWT:KW KGZ:KG LAO:LA LVA:LV LBN:LB LSO:LS LBR:LR LBY:LY LIE:LI " +
  "LTU:LT LUX:LU MDG:MG MWI:MW MYS:MY MDV:MV MLI:ML MLT:MT MHL:MH MRT:MR MUS:MU MEX:MX FSM:FM MDA:MD MCO:MC MNG:MN MNE:ME MAR:MA MOZ:MZ MMR:MM " +
  "NAM:NA NRU:NR NPL:NP NLD:NL NZL:NZ NIC:NI NER:NE NGA:NG MKD:MK NOR:NO OMN:OM PAK:PK PLW:PW PSE:PS PAN:PA PNG:PG PRY:PY PER:PE PHL:PH POL:PL " +
  "PRT:PT QAT:QA ROU:RO RUS:RU RWA:RW KNA:KN LCA:LC VCT:VC WSM:WS SMR:SM STP:ST SAU:SA SEN:SN SRB:RS SYC:SC SLE:SL SGP:SG SVK:SK SVN:SI SLB:SB " +
  "SOM:SO ZAF:ZA SSD:SS ESP:ES LKA:LK SDN:SD SUR:SR SWE:SE CHE:CH SYR:SY TJK:TJ TZA:TZ THA:TH TLS:TL TGO:TG TON:TO TTO:TT TUN:TN TUR:TR TKM:TM " +
  "TUV:TV UGA:UG UKR:UA ARE:AE GBR:GB USA:US URY:UY UZB:UZ VUT:VU VAT:VA VEN:VE VNM:VN YEM:YE ZMB:ZM ZWE:ZW";

/** Offered first: our own guess at who comes most often. */
export const common: readonly string[] = "JPN KOR USA GBR CAN AUS NZL FRA DEU ITA ESP RUS SGP MYS THA VNM PHL IDN IND PAK".split(" ");

// The first character of each pinyin initial, in the order of a Chinese
// dictionary; a name belongs to the last one that is not after it.
const boundaries: readonly (readonly [string, string])[] = [
  ["A", "阿"], ["B", "八"], ["C", "嚓"], ["D", "哒"], ["E", "妸"], ["F", "发"], ["G", "旮"], ["H", "哈"], ["J", "讥"], ["K", "咔"], ["L", "垃"], ["M", "妈"],
  ["N", "拏"], ["O", "噢"], ["P", "妑"], ["Q", "七"], ["R", "呥"], ["S", "仨"], ["T", "他"], ["W", "屲"], ["X", "夕"], ["Y", "丫"], ["Z", "帀"],
];

function initialOf(name: string, language: string, collator: Intl.Collator): string {
  if (language !== "zh-CN") return name.normalize("NFD").charAt(0).toUpperCase();
  return boundaries.findLast(([, first]) => collator.compare(first, name) <= 0)?.[0] ?? "A";
}

/** Every country in the order of its names in a language. */
export function countries(language: string): Country[] {
  const names = new Intl.DisplayNames(language, { type: "region" });
  const collator = new Intl.Collator(language);
  return codes
    .split(" ")
    .map((pair) => {
      const [code, region] = pair.split(":") as [string, string];
      const name = names.of(region) ?? code;
      return { code, name, initial: initialOf(name, language, collator) };
    })
    .sort((a, b) => collator.compare(a.name, b.name));
}
