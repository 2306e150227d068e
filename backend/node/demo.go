package node

import (
	"context"
	"slices"

	"lianxin/backend/api"
	"lianxin/backend/appointment"
	"lianxin/backend/fault"
	document "lianxin/backend/identity"
	"lianxin/backend/lang"
	"lianxin/backend/screening"
)

// Tray is a simulated card reader; see package demo.
type Tray interface {
	Put(p document.Person)
	Lift()
}

// demoPerson is somebody to try the kiosk with.
type demoPerson struct {
	story  lang.Text
	person document.Person
	code   string
}

var (
	storyPass     = lang.Text{ZH: "已预约，今早在手机上答过问卷", EN: "Booked, answered the questionnaire this morning"}
	storyBooked   = lang.Text{ZH: "已预约，还没有答问卷", EN: "Booked, questionnaire still to answer"}
	storyHeld     = lang.Text{ZH: "今天还不能献全血", EN: "May not give whole blood today"}
	storyRare     = lang.Text{ZH: "名字里有生僻字", EN: "A name with a rare character"}
	storyNew      = lang.Text{ZH: "第一次来，没有预约", EN: "First time, no booking"}
	storyExpired  = lang.Text{ZH: "证件已过期", EN: "An expired card"}
	storyTooYoung = lang.Text{ZH: "还差几天满 18 周岁", EN: "A few days short of 18"}
)

// DemoCards implements api.Demo.
func (n *Node) DemoCards(ctx context.Context) ([]api.DemoCard, error) {
	people, err := n.demoPeople(ctx)
	if err != nil {
		return nil, err
	}
	cards := []api.DemoCard{}
	for id, p := range people {
		cards = append(cards, api.DemoCard{ID: demoIDs[id], Story: p.story, Name: p.person.Name, Code: p.code, Number: p.person.Document.Number})
	}
	return cards, nil
}

// demoIDs name the people by their place in the list; an index would do, but a
// path with a word reads better in logs.
var demoIDs = []string{"one", "two", "three", "four", "five", "six", "seven", "eight"}

// PutDemoCard implements api.Demo.
func (n *Node) PutDemoCard(ctx context.Context, id string) error {
	people, err := n.demoPeople(ctx)
	if err != nil {
		return err
	}
	for i, p := range people {
		if demoIDs[i] == id {
			n.config.Tray.Put(p.person)
			return nil
		}
	}
	return fault.New(fault.NotFound, "demo.no_card")
}

// LiftDemoCard implements api.Demo.
func (n *Node) LiftDemoCard(context.Context) error {
	if !n.config.Demo || n.config.Tray == nil {
		return fault.New(fault.NotFound, "demo.off")
	}
	n.config.Tray.Lift()
	return nil
}

// demoPeople looks for one person of each kind among those this kiosk knows.
func (n *Node) demoPeople(ctx context.Context) ([]demoPerson, error) {
	if !n.config.Demo || n.config.Tray == nil {
		return nil, fault.New(fault.NotFound, "demo.off")
	}
	people, err := n.demoBooked(ctx)
	if err != nil {
		return nil, err
	}
	known, err := n.store.DonorsAt(ctx, n.place().SiteID, 200)
	if err != nil {
		return nil, err
	}
	for _, d := range known {
		entry, held, err := n.store.Entry(ctx, d.Key)
		if err != nil {
			return nil, err
		}
		if held && n.isHeld(entry, d.Person) {
			people = append(people, demoPerson{story: storyHeld, person: d.Person})
			break
		}
	}
	for _, p := range n.demoStrangers() {
		if !slices.ContainsFunc(people, func(has demoPerson) bool { return has.story == p.story }) {
			people = append(people, p)
		}
	}
	return people, nil
}

// isHeld tells whether whole blood is not possible today but will be.
func (n *Node) isHeld(entry screening.Entry, p document.Person) bool {
	pack, err := n.packs.Selection(n.clock.Today())
	if err != nil {
		return false
	}
	verdict := screening.Gate(pack, screening.Ask{Person: p, Entry: entry, Today: n.clock.Today()})
	return !verdict.Options[0].Allowed && !verdict.Options[0].EarliestOn.IsZero()
}

// demoBooked finds people with a booking that can still be used, one of a kind.
func (n *Node) demoBooked(ctx context.Context) ([]demoPerson, error) {
	today := n.clock.Today()
	booked, err := n.store.AppointmentsAt(ctx, n.place().SiteID, today)
	if err != nil {
		return nil, err
	}
	var people []demoPerson
	shown := map[lang.Text]bool{}
	for _, a := range booked {
		if a.Status != appointment.Booked {
			continue
		}
		if _, here, err := n.store.WaitingVisit(ctx, a.DonorKey, today); err != nil || here {
			if err != nil {
				return nil, err
			}
			continue
		}
		_, answered, err := n.store.PassOf(ctx, a.DonorKey, n.clock.Moment())
		if err != nil {
			return nil, err
		}
		story := storyBooked
		switch {
		case answered:
			story = storyPass
		case hasRare(a.Person.Name):
			story = storyRare
		}
		if !shown[story] {
			shown[story] = true
			code := document.Code{Kind: document.BookingCode, ID: a.Code}
			people = append(people, demoPerson{story: story, person: a.Person, code: code.Text()})
		}
	}
	return people, nil
}

func hasRare(name string) bool {
	for _, r := range name {
		if r > 0xffff {
			return true
		}
	}
	return false
}

// demoStrangers are people nobody has heard of.
func (n *Node) demoStrangers() []demoPerson {
	today := n.clock.Today()
	stranger := func(name, digits string, sex document.Sex, story lang.Text) demoPerson {
		doc := document.WithCheck(digits)
		born, _ := doc.BirthDate()
		return demoPerson{story: story, person: document.Person{Name: name, Sex: sex, Born: born, Nationality: "CHN", Document: doc,
			ValidFrom: today.AddYears(-3), ValidUntil: today.AddYears(7)}}
	}
	young := today.AddYears(-18).AddDays(9)
	people := []demoPerson{
		stranger("测𬭎", "11019919930418906", document.Female, storyRare), // unless somebody booked has such a name
		stranger("林一诺", "11019920010309902", document.Female, storyNew),
		stranger("周晨", "11019919880612903", document.Male, storyExpired),
		stranger("何小雨", "110199"+compact(young.String())+"904", document.Female, storyTooYoung),
	}
	people[2].person.ValidFrom, people[2].person.ValidUntil = today.AddYears(-11), today.AddYears(-1)
	return people
}

// compact writes a date without its dashes.
func compact(iso string) string { return iso[:4] + iso[5:7] + iso[8:] }
