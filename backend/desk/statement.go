package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lianxin/backend/api"
	"lianxin/backend/fault"
	"lianxin/backend/payout"
	"lianxin/backend/printer"
)

// statement is a bank's statement somebody has taken up; it is gone with the login.
type statement struct {
	of      *login
	content []byte
}

// ChooseStatement implements api.DeskMoney.
func (d *Desk) ChooseStatement(_ context.Context, from string) (api.DeskStatement, error) {
	l, err := d.open()
	if err != nil {
		return api.DeskStatement{}, err
	}
	var path string
	switch from {
	case "drop":
		d.mu.Lock()
		if len(d.dropped) > 0 {
			path = d.dropped[0]
		}
		d.dropped = nil
		d.mu.Unlock()
	case "folder":
		path = newestStatement(d.config.Statements)
	default:
		return api.DeskStatement{Asking: true}, d.choose(Statement)
	}
	if path == "" {
		return api.DeskStatement{}, fault.New(fault.NotFound, "desk.no_statement")
	}
	content, err := readUpTo(path, payout.MaxStatementBytes)
	if err != nil {
		return api.DeskStatement{}, fault.Wrap(err, fault.Invalid, "desk.no_statement")
	}
	d.mu.Lock()
	d.statement = statement{l, content}
	d.mu.Unlock()
	return api.DeskStatement{Name: filepath.Base(path), Bytes: len(content), Format: kindOf(path)}, nil
}

// kindOf is what a file is by its name.
func kindOf(path string) string {
	return strings.ToLower(strings.TrimPrefix(filepath.Ext(path), "."))
}

// newestStatement is the file of a folder that came last and may be a statement; "" for none.
func newestStatement(folder string) string {
	entries, err := os.ReadDir(folder)
	if folder == "" || err != nil {
		return ""
	}
	var found []fs.FileInfo
	for _, e := range entries {
		about, err := e.Info()
		if err == nil && about.Mode().IsRegular() && (kindOf(e.Name()) == "csv" || kindOf(e.Name()) == "xlsx") {
			found = append(found, about)
		}
	}
	if len(found) == 0 {
		return ""
	}
	newest := slices.MaxFunc(found, func(a, b fs.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
	return filepath.Join(folder, newest.Name())
}

// LookAtChosen implements api.DeskMoney.
func (d *Desk) LookAtChosen(ctx context.Context, format string) (api.StatementOpened, error) {
	return d.sendStatement(ctx, "/payouts/statements/look", format)
}

// TakeChosen implements api.DeskMoney.
func (d *Desk) TakeChosen(ctx context.Context, format string) (api.StatementOpened, error) {
	return d.sendStatement(ctx, "/payouts/statements", format)
}

// sendStatement sends what was taken up. Its ID is made of what it is: told twice, by
// whomever, it is one statement.
func (d *Desk) sendStatement(ctx context.Context, path, format string) (out api.StatementOpened, err error) {
	l, err := d.open()
	if err != nil {
		return out, err
	}
	d.mu.Lock()
	chosen := d.statement
	d.mu.Unlock()
	if chosen.of != l {
		return out, fault.New(fault.NotFound, "desk.no_statement")
	}
	sum := sha256.Sum256(append([]byte(format+"\n"), chosen.content...))
	in := api.StatementNew{ID: "s-" + hex.EncodeToString(sum[:16]), Format: format, Content: chosen.content}
	return out, said(d.askCenter(ctx, l, http.MethodPost, path, in, &out))
}

// PrintSettlement implements api.DeskMoney. A statement is A4, whatever slips are printed on.
func (d *Desk) PrintSettlement(ctx context.Context, id string, in api.DeskSettlement) (api.DeskPrinted, error) {
	_, pdf, err := d.fileOf(ctx, api.DeskFile{Kind: "settlement_paper", ID: id, Language: in.Language})
	if err != nil {
		return api.DeskPrinted{}, err
	}
	return d.printOn(ctx, fmt.Sprintf("lx-%s-%s-%d", id, in.Language, in.Again), pdf, printer.A4)
}
