package sample

import (
	"fmt"
	"strings"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/identity"
)

// Names are made of frequent surnames and given names; every eleventh person has
// a given name that needs a rare character, some of them beyond U+FFFF.
var (
	surnames = strings.Fields("王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯 于 董 萧 欧阳 司马 上官 诸葛")
	given    = strings.Fields("建国 秀英 伟 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀兰 霞 平 桂英 文 雪 晨 子涵 雨桐 浩然 思远 一诺 梓萱 博文 嘉怡 志强 玉梅 海燕 春生 立新 小雨 安然 思齐")
	rare     = strings.Fields("𬭎 䶮 𠮷 喆 淏 垚 镕 㛃 𫖯 𬬮 晓䶮 子𬭎 𪟝 昱珺 翀")
)

// area is the first six digits of every made-up number: no district has it.
const area = "110199"

// person makes one adult with a number whose check character is right. The index
// makes the numbers of any two people differ.
func (m *maker) person(i int) identity.Person {
	name := pick(m, surnames) + pick(m, given)
	if i%11 == 0 {
		name = pick(m, surnames) + pick(m, rare)
	}
	sex := identity.Male
	if m.random.IntN(2) == 0 {
		sex = identity.Female
	}
	born := m.born()
	doc := number(born, sex, i)
	from := m.Today.AddYears(-m.random.IntN(9) - 1)
	return identity.Person{Name: name, Sex: sex, Born: born, Nationality: "CHN", Document: doc, ValidFrom: from, ValidUntil: from.AddYears(20)}
}

// born draws a birth date of somebody from 18 to 60, most of them between 20 and 50.
func (m *maker) born() calendar.Date {
	age := 18 + (m.random.IntN(43)+m.random.IntN(43))/2
	return m.Today.AddYears(-age).AddDays(-m.random.IntN(365))
}

// perDay is how many numbers of one sex a birth date offers.
const perDay = 500

// number builds an 18-digit number (GB 11643) around a sequence. People beyond
// the sequences of a day get the area code after the next one nobody has.
func number(born calendar.Date, sex identity.Sex, i int) identity.Document {
	sequence := i % perDay * 2
	if sex == identity.Male {
		sequence++
	}
	digits := area + time.Date(born.Year(), born.Month(), born.Day(), 0, 0, 0, 0, time.UTC).Format("20060102") + fmt.Sprintf("%03d", sequence)
	return identity.WithCheck(digits)
}
