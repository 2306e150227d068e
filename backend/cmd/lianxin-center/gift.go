package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	"lianxin/backend/center"
	"lianxin/backend/commandline"
	"lianxin/backend/gift"
	"lianxin/backend/lang"
	"lianxin/backend/textfile"
)

// GiftCmd looks after what points are redeemed for.
type GiftCmd struct {
	Load    GiftLoadCmd    `cmd:"" help:"Put a catalogue (YAML) in place of the one before."`
	Stock   GiftStockCmd   `cmd:"" help:"Add to what a pick-up place has of a gift, or take away what nobody asked for."`
	Codes   GiftCodesCmd   `cmd:"" help:"Load bought codes of a gift from a file, one a line."`
	List    GiftListCmd    `cmd:"" default:"withargs" help:"List the catalogue with what is left."`
	Report  GiftReportCmd  `cmd:"" help:"Show what was loaded, is held, was handed out and is left, and check that it adds up; or write demand, stock and what to do to a file."`
	Tastes  GiftTastesCmd  `cmd:"" help:"Count what people like anew, and show how good suggestions are beside what is popular."`
	Voucher GiftVoucherCmd `cmd:"" help:"Look a voucher up by its code or number, and hand its gift over."`
}

// GiftLoadCmd loads a catalogue.
type GiftLoadCmd struct {
	Place
	File string `arg:"" help:"The catalogue; backend/gift/data/catalogue.yaml is one." type:"existingfile"`
}

// Run loads it.
func (g GiftLoadCmd) Run() error {
	content, err := os.ReadFile(g.File)
	if err != nil {
		return fmt.Errorf("read %s: %w", g.File, err)
	}
	catalogue, err := gift.Load(g.File, content)
	if err != nil {
		return err
	}
	return g.with(func(ctx context.Context, c *center.Center) error {
		changed, err := c.LoadCatalogue(ctx, catalogue, operator)
		if err == nil {
			fmt.Printf("%d gifts in %d categories, %d changed\n", len(catalogue.Gifts), len(catalogue.Categories), changed)
		}
		return err
	})
}

// GiftStockCmd changes a stock.
type GiftStockCmd struct {
	Place
	Gift string `arg:"" help:"ID of the gift."`
	Site string `required:"" help:"ID of the pick-up place."`
	Add  int    `required:"" help:"How many came in; below zero for what was taken away."`
}

// Run changes it.
func (g GiftStockCmd) Run() error {
	return g.with(func(ctx context.Context, c *center.Center) error {
		now, err := c.AddStock(ctx, g.Gift, g.Site, g.Add, operator)
		if err == nil {
			fmt.Printf("%s at %s: %d left, %d held, %d handed out\n", g.Gift, g.Site, now.Left, now.Held, now.Handed)
		}
		return err
	})
}

// GiftCodesCmd loads codes.
type GiftCodesCmd struct {
	Place
	Gift string `arg:"" help:"ID of the gift."`
	File string `arg:"" help:"The codes, one a line." type:"existingfile"`
}

// Run loads them. The file is not needed afterwards and should be destroyed.
func (g GiftCodesCmd) Run() error {
	file, err := os.Open(g.File)
	if err != nil {
		return fmt.Errorf("read %s: %w", g.File, err)
	}
	codes, err := gift.ReadCodes(filepath.Base(g.File), textfile.Decode(file, textfile.Detect))
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	return g.with(func(ctx context.Context, c *center.Center) error {
		added, err := c.LoadCodes(ctx, g.Gift, codes, operator)
		if err == nil {
			fmt.Printf("%d codes of %s are new, %d were there already; destroy the file now\n", added, g.Gift, len(codes)-added)
		}
		return err
	})
}

// GiftListCmd lists.
type GiftListCmd struct {
	Place
	Site string `help:"What is left at this site; otherwise everywhere together."`
}

// Run lists.
func (g GiftListCmd) Run() error {
	return g.with(func(ctx context.Context, c *center.Center) error {
		gifts, stocks, err := c.Gifts(ctx)
		if err != nil {
			return err
		}
		left := map[string]int{}
		for _, s := range stocks {
			if g.Site == "" || s.SiteID == g.Site || s.SiteID == "" {
				left[s.GiftID] += s.Left
			}
		}
		return table(func(w *commandline.Table) {
			fmt.Fprintln(w, "GIFT\tNAME\tCATEGORY\tPOINTS\tLIMIT\tLEFT")
			for _, one := range gifts {
				fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%d\t%d\n", one.ID, one.Name.ZH, one.Category, one.Points, one.Limit, left[one.ID])
			}
		})
	})
}

// GiftReportCmd adds up.
type GiftReportCmd struct {
	Place
	Out      string   `help:"Write the report on demand and stock to this file instead: .xlsx or .pdf." placeholder:"FILE" type:"path"`
	Site     string   `help:"With --out: only this pick-up place."`
	Language lang.Tag `help:"With --out: zh-CN or en." enum:"zh-CN,en" default:"zh-CN"`
}

// write makes the file. One that is there is replaced: the report is made anew at any time.
func (g GiftReportCmd) write(ctx context.Context, c *center.Center) error {
	make := map[string]func(context.Context, string, lang.Tag, api.Caller) ([]byte, error){".xlsx": c.DemandWorkbook, ".pdf": c.DemandPaper}[strings.ToLower(filepath.Ext(g.Out))]
	if make == nil {
		return fmt.Errorf("%s: the report is written as .xlsx or .pdf", g.Out)
	}
	content, err := make(ctx, g.Site, g.Language, api.Caller{StaffID: operator})
	if err != nil {
		return err
	}
	if err := os.WriteFile(g.Out, content, 0o600); err != nil {
		return fmt.Errorf("write %s: %w", g.Out, err)
	}
	fmt.Println(g.Out)
	return nil
}

// Run adds up, or writes the file.
func (g GiftReportCmd) Run() error {
	return g.with(func(ctx context.Context, c *center.Center) error {
		if g.Out != "" {
			return g.write(ctx, c)
		}
		report, err := c.GiftReport(ctx)
		if err != nil {
			return err
		}
		err = table(func(w *commandline.Table) {
			fmt.Fprintln(w, "CATEGORY\tLOADED\tLEFT\tHELD\tHANDED OUT")
			for _, row := range report.Categories {
				fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\n", row.ID, row.Loaded, row.Left, row.Held, row.Handed)
			}
		})
		if err == nil {
			fmt.Printf("%d redemptions; points %d issued, %d held, %d redeemed, %d expired, %d written off\n", report.Redemptions,
				report.Issued, report.Held, report.Redeemed, report.Expired, report.WrittenOff)
			err = report.Check
		}
		return err
	})
}

// GiftVoucherCmd finds a voucher.
type GiftVoucherCmd struct {
	Place
	Code     string `arg:"" help:"What the voucher's QR code says, or its number."`
	HandOver bool   `help:"Note that the gift was handed over."`
	Site     string `help:"Where that was; needed with --hand-over."`
}

// Run finds it.
func (g GiftVoucherCmd) Run() error {
	if g.HandOver && g.Site == "" {
		return errors.New("--hand-over needs --site, where it was handed over")
	}
	return g.with(func(ctx context.Context, c *center.Center) error {
		by := api.Caller{StaffID: operator}
		find := func() (api.DeskVoucher, error) { return c.FindVoucher(ctx, g.Code, by) }
		if g.HandOver {
			find = func() (api.DeskVoucher, error) {
				return c.HandOver(ctx, api.HandOver{Text: g.Code, SiteID: g.Site}, by)
			}
		}
		v, err := find()
		if err != nil {
			return err
		}
		fmt.Printf("%s  %s  %s  %d points, at %s, for %s %s, confirmed %s", v.Number, v.Gift.ZH, v.Status, v.Points, v.SiteID, v.Name, v.Document, moment(v.ConfirmedAt))
		if !v.PickedUpAt.IsZero() {
			fmt.Printf(", handed over %s", moment(v.PickedUpAt))
		}
		fmt.Println()
		return nil
	})
}

func moment(t time.Time) string { return t.In(calendar.Beijing).Format("2006-01-02 15:04") }

// table writes aligned columns.
func table(rows func(w *commandline.Table)) error {
	w := commandline.NewTable(os.Stdout)
	rows(w)
	return w.Flush()
}

// GiftTastesCmd judges suggestions.
type GiftTastesCmd struct{ Place }

// Run counts everybody and holds the latest gift of each out.
func (g GiftTastesCmd) Run() error {
	return g.with(func(ctx context.Context, c *center.Center) error {
		e, err := c.EvaluatePreferences(ctx)
		if err != nil {
			return err
		}
		fmt.Printf("the latest gift of %d people held out, lists of ten\n", e.Suggested.People)
		return table(func(w *commandline.Table) {
			fmt.Fprintln(w, "\tSUGGESTED\tMOST POPULAR")
			fmt.Fprintf(w, "hit rate\t%.3f\t%.3f\n", e.Suggested.HitRate, e.Popularity.HitRate)
			fmt.Fprintf(w, "coverage\t%.3f\t%.3f\n", e.Suggested.Coverage, e.Popularity.Coverage)
		})
	})
}
