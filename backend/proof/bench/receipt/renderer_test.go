package receipt

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/johnfercher/maroto/v2"
	"github.com/johnfercher/maroto/v2/pkg/components/code"
	"github.com/johnfercher/maroto/v2/pkg/components/text"
	"github.com/johnfercher/maroto/v2/pkg/config"
	"github.com/johnfercher/maroto/v2/pkg/consts/fontstyle"
	"github.com/johnfercher/maroto/v2/pkg/core/entity"
	"github.com/johnfercher/maroto/v2/pkg/props"
	"github.com/johnfercher/maroto/v2/pkg/repository"

	"lianxin/backend/lang"
	"lianxin/backend/receipt"
)

// Set in the process of a renderer of this program.
const (
	asRenderer = "LIANXIN_BENCH_RENDERER"
	ofPeers    = "LIANXIN_BENCH_PEERS"
	pageFile   = "LIANXIN_BENCH_PAGE"
)

const (
	ourName   = "Lianxin"
	plainName = "maroto 2.4.0 used plainly"
)

// page is what everybody prints.
type page struct {
	Title, Subtitle string
	Rows            [][2]string
	Lines           []string
	Code            string
}

// serve renders the page for every line on standard input and answers with its bytes.
func serve(name, peers, file string) error {
	words, err := readPage(peers)
	if err != nil {
		return err
	}
	render := func() ([]byte, error) { return receipt.Render(words.snapshot(), receipt.Roll80) }
	if name == plainName {
		if render, err = plain(words, peers); err != nil {
			return err
		}
	}
	var last []byte
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		if last, err = render(); err != nil {
			return err
		}
		fmt.Println(len(last))
	}
	return os.WriteFile(file, last, 0o644)
}

// readPage reads the words from the peers' folder or, when they are not there, from the repository.
func readPage(peers string) (p page, err error) {
	if peers == "" {
		peers = filepath.Join("..", "..", "..", "..", "build", "bench", "receipt")
	}
	content, err := os.ReadFile(filepath.Join(peers, "page.json"))
	if err != nil {
		return p, err
	}
	return p, json.Unmarshal(content, &p)
}

// snapshot is our receipt with all these words: its own masthead and table, and every
// line as a numbered item. What our table has no row for stands among the items.
func (p page) snapshot() receipt.Snapshot {
	at := time.Date(2026, 11, 23, 9, 41, 7, 0, time.UTC)
	row := map[string]string{}
	for _, r := range p.Rows {
		row[r[0]] = r[1]
	}
	var next []lang.Text
	for _, line := range p.Lines {
		next = append(next, lang.Text{ZH: line})
	}
	return receipt.Snapshot{Version: receipt.SnapshotVersion, Number: row["编号"], Language: lang.Chinese,
		Issuer: receipt.Issuer{Name: lang.Text{ZH: p.Title}, Phone: row["电话"]}, Site: lang.Text{ZH: row["献血点"]},
		IssuedAt: at, PrintedAt: at, Footer: lang.Text{ZH: p.Subtitle},
		CheckIn: &receipt.CheckIn{Ticket: row["排队号"], Where: lang.Text{ZH: row["现在请前往"]},
			Donor:   receipt.Donor{Name: row["姓名"], Document: lang.Text{ZH: row["证件"]}, Number: row["证件号码"], Typed: true},
			Product: lang.Text{ZH: "全血"}, Amount: lang.Text{ZH: "400 mL"}, Slot: "09:30–10:00",
			Next: next, Code: receipt.Code{Payload: p.Code, Caption: lang.Text{ZH: "扫码"}}}}
}

// plain prints with the library as its introduction shows it, fonts loaded once.
func plain(p page, peers string) (func() ([]byte, error), error) {
	fonts := filepath.Join(peers, "node_modules", "@expo-google-fonts", "noto-sans-sc")
	loaded, err := repository.New().
		AddUTF8Font("noto", fontstyle.Normal, filepath.Join(fonts, "400Regular", "NotoSansSC_400Regular.ttf")).
		AddUTF8Font("noto", fontstyle.Bold, filepath.Join(fonts, "700Bold", "NotoSansSC_700Bold.ttf")).Load()
	if err != nil {
		return nil, err
	}
	return func() ([]byte, error) { return drawPlain(p, loaded) }, nil
}

func drawPlain(p page, fonts []*entity.CustomFont) ([]byte, error) {
	m := maroto.New(config.NewBuilder().WithDimensions(80, 290).WithLeftMargin(4).WithRightMargin(4).WithTopMargin(4).
		WithCustomFonts(fonts).WithDefaultFont(&props.Font{Family: "noto", Size: 10}).Build())
	bold := props.Text{Style: fontstyle.Bold, Size: 9}
	for _, title := range []string{p.Title, p.Subtitle} {
		m.AddRow(7, text.NewCol(12, title, props.Text{Style: fontstyle.Bold, Size: 14}))
	}
	for _, r := range p.Rows {
		m.AddRow(5, text.NewCol(4, r[0], bold), text.NewCol(8, r[1], props.Text{Size: 9}))
	}
	for _, line := range p.Lines {
		m.AddRow(5, text.NewCol(12, line))
	}
	m.AddRow(28, code.NewQrCol(12, p.Code, props.Rect{Percent: 100}))
	document, err := m.Generate()
	if err != nil {
		return nil, err
	}
	return document.GetBytes(), nil
}
