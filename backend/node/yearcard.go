package node

import (
	"context"
	"fmt"

	"lianxin/backend/checkin"
	"lianxin/backend/lang"
	"lianxin/backend/printer"
	"lianxin/backend/receipt"
	"lianxin/backend/site"
)

// PrintYearCard implements checkin.YearCards. A card is made of what the screen shows, needs
// no line, and nothing of it stays.
func (i issued) PrintYearCard(ctx context.Context, card checkin.YearCard) checkin.Receipt {
	n := i.node
	snapshot, err := n.yearCardSnapshot(ctx, card)
	var outcome printer.Outcome
	if err == nil {
		outcome, err = n.paper.send(ctx, "lx-year-card-"+snapshot.Number, snapshot)
	}
	return n.paper.came(ctx, "year card", "", outcome, err)
}

func (n *Node) yearCardSnapshot(ctx context.Context, card checkin.YearCard) (receipt.Snapshot, error) {
	here, err := n.store.Site(ctx, n.place().SiteID)
	if err != nil {
		return receipt.Snapshot{}, fmt.Errorf("site of the card: %w", err)
	}
	station, _ := site.FindStation(here.Station)
	at := n.clock.Corrected().In(beijing)
	fruits := make([]string, 0, len(card.Given))
	for _, product := range card.Given[max(0, len(card.Given)-receipt.MostFruits):] {
		fruits = append(fruits, string(product))
	}
	year := ""
	if card.Year != 0 {
		year = fmt.Sprint(card.Year)
	}
	return receipt.Snapshot{Version: receipt.SnapshotVersion, Number: n.config.NewID(), Language: card.Language, IssuedAt: at, PrintedAt: at,
		Issuer: receipt.Issuer{Name: station.Name, Phone: here.Phone}, Site: here.Name,
		Footer:   lang.Text{ZH: "感谢您的爱心", EN: "Thank you for your kindness"},
		YearCard: &receipt.YearCard{Year: year, Times: len(card.Given), WholeBloodML: card.WholeBloodML, Units: card.Units, Fruits: fruits}}, nil
}
