package demand

import (
	"fmt"

	"lianxin/backend/lang"
)

// words says a text of the report in one language, with values in it.
type words func(id string, values ...any) string

func wordsIn(tag lang.Tag) words {
	return func(id string, values ...any) string {
		text, ok := said[id]
		if !ok {
			panic("demand: no words for " + id)
		}
		if id == tagWord {
			return string(tag)
		}
		if len(values) == 0 {
			return text.In(tag)
		}
		return fmt.Sprintf(text.In(tag), values...)
	}
}

// tagWord is the name of the language itself.
const tagWord = "tag"

func (w words) tag() lang.Tag { return lang.Tag(w(tagWord)) }

// said are the report's words. Notes are given weeks of the trend, weeks without
// requests and the service level in per cent, and name those they use by number.
var said = map[string]lang.Text{
	tagWord:       {},
	"title":       {ZH: "礼品需求与备货报告", EN: "Gifts – demand and stock"},
	"everywhere":  {ZH: "全部 %d 个领取点", EN: "all %d pick-up places"},
	"about":       {ZH: "截至 %[1]s · %[2]s · 规则 %[3]s", EN: "As of %[1]s · %[2]s · rules %[3]s"},
	"counts":      {ZH: "需补货 %d 项，上升 %d 项，下降 %d 项，建议下架 %d 项", EN: "%d to reorder, %d rising, %d falling, %d to retire"},
	"reorder":     {ZH: "需要补货", EN: "To reorder"},
	"reorderNote": {ZH: "按领取点。库存不高于补货点时列出；补到下单后 %[3]v%% 的把握不断货。", EN: "By place. Listed when stock is at or below its point; ordered so that with %[3]v %% certainty the shelf does not run empty."},
	"rising":      {ZH: "需求上升", EN: "Rising"},
	"risingNote":  {ZH: "最近 %[1]d 周与之前 %[1]d 周相比，明显不是偶然。", EN: "The latest %[1]d weeks beside the %[1]d before, by more than chance."},
	"falling":     {ZH: "需求下降", EN: "Falling"},
	"fallingNote": {ZH: "最近 %[1]d 周与之前 %[1]d 周相比，明显不是偶然。", EN: "The latest %[1]d weeks beside the %[1]d before, by more than chance."},
	"retire":      {ZH: "建议下架", EN: "To retire"},
	"retireNote":  {ZH: "有库存，但最近 %[2]d 周几乎没有人选。", EN: "In stock, but hardly anybody chose it in the latest %[2]d weeks."},
	"gifts":       {ZH: "全部礼品", EN: "All gifts"},
	"giftsNote":   {ZH: "“至少可用到”按 %[3]v%% 的把握计算；“–”表示一年以上。", EN: "“Lasts at least” holds with %[3]v %% certainty; “–” means a year or longer."},
	"weeks":       {ZH: "每周需求", EN: "Wanted each week"},
	"weeksNote":   {ZH: "全部礼品合计，包括因缺货未能兑换的；本周起为预计。", EN: "All gifts together, also what was asked for when none was left; expected from this week on."},
	"quality":     {ZH: "预测与推荐的可信程度", EN: "How far to believe this"},
	"qualityNote": {ZH: "预测：%d 种礼品，用没有见过的周检验，与“和上周一样”比较。推荐：留出 %d 人最近选的一件，与“最多人选的”比较。%d 人关闭了推荐，不计入。",
		EN: "Forecast: %d gifts, judged on weeks it had not seen, beside “as last week”. Suggestions: the latest gift of %d people held out, beside “most popular”. %d people switched suggestions off and are not counted."},
	"gift":         {ZH: "礼品", EN: "Gift"},
	"place":        {ZH: "领取点", EN: "Place"},
	"codes":        {ZH: "兑换码", EN: "Codes"},
	"category":     {ZH: "类别", EN: "Category"},
	"points":       {ZH: "爱心点", EN: "Points"},
	"stock":        {ZH: "库存", EN: "Stock"},
	"perWeek":      {ZH: "预计每周", EN: "A week"},
	"lastsUntil":   {ZH: "可用到", EN: "Lasts until"},
	"lastsAtLeast": {ZH: "至少可用到", EN: "Lasts at least"},
	"point":        {ZH: "补货点", EN: "Reorder at"},
	"order":        {ZH: "建议订购", EN: "Order"},
	"before":       {ZH: "之前", EN: "Before"},
	"recent":       {ZH: "最近", EN: "Latest"},
	"year":         {ZH: "一年每周", EN: "Weeks of a year"},
	"year52":       {ZH: "一年合计", EN: "In a year"},
	"tied":         {ZH: "占用爱心点", EN: "Points tied up"},
	"trend":        {ZH: "趋势", EN: "Trend"},
	"steady":       {ZH: "平稳", EN: "steady"},
	"week":         {ZH: "周一", EN: "Monday"},
	"asked":        {ZH: "件数", EN: "Pieces"},
	"kind":         {ZH: "性质", EN: "Kind"},
	"was":          {ZH: "实际", EN: "actual"},
	"expected":     {ZH: "预计", EN: "expected"},
	"measure":      {ZH: "指标", EN: "Measure"},
	"ours":         {ZH: "本报告", EN: "Here"},
	"baseline":     {ZH: "对照", EN: "Baseline"},
	"mase":         {ZH: "预测误差（MASE，越小越好）", EN: "Forecast error (MASE, less is better)"},
	"pinball":      {ZH: "备货分位误差（件）", EN: "Loss of the order quantile, pieces"},
	"hitRate":      {ZH: "推荐命中率（前 10 件）", EN: "Hit rate of ten suggestions"},
	"coverage":     {ZH: "被推荐到的礼品比例", EN: "Share of gifts suggested"},
}
