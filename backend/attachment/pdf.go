package attachment

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"

	"lianxin/backend/fault"
)

// maxPages is the most a PDF may have: a hospital's file of one stay has some twenty.
const maxPages = 60

func init() { api.DisableConfigDir() } // the library would write its settings into the user's folder

func takePDF(file []byte) (Kept, error) {
	pages, err := checkPDF(file)
	return Kept{Type: PDF, Content: file, Pages: pages}, err
}

// checkPDF opens a PDF as any viewer would. The library reads what strangers made; where it
// gives up in a panic, the file is damaged.
func checkPDF(file []byte) (pages int, err error) {
	defer func() {
		if p := recover(); p != nil {
			pages, err = 0, fault.Wrap(fmt.Errorf("read PDF: %v", p), fault.Invalid, "attachment.damaged")
		}
	}()
	conf := model.NewDefaultConfiguration()
	conf.ValidationMode = model.ValidationRelaxed
	ctx, err := api.ReadContext(bytes.NewReader(file), conf)
	switch {
	case errors.Is(err, pdfcpu.ErrWrongPassword):
		return 0, fault.Wrap(err, fault.Invalid, "attachment.locked")
	case err == nil:
		err = ctx.EnsurePageCount()
	}
	if err != nil {
		return 0, fault.Wrap(err, fault.Invalid, "attachment.damaged")
	}
	switch {
	case ctx.Encrypt != nil:
		return 0, fault.New(fault.Invalid, "attachment.locked")
	case ctx.PageCount < 1:
		return 0, fault.New(fault.Invalid, "attachment.damaged")
	case ctx.PageCount > maxPages:
		return 0, fault.New(fault.TooLarge, "attachment.pages").With("max_pages", maxPages)
	case runsSomething(ctx):
		return 0, fault.New(fault.Invalid, "attachment.active")
	}
	return ctx.PageCount, nil
}

// active are the names by which a PDF runs something or carries other files (ISO 32000-1:
// 7.11.4, 12.6.4).
var active = map[string]bool{"JavaScript": true, "JS": true, "Launch": true, "EmbeddedFile": true, "EmbeddedFiles": true, "RichMedia": true, "ImportData": true, "SubmitForm": true, "XFA": true}

// runsSomething looks at every object of the file.
func runsSomething(ctx *model.Context) bool {
	for _, entry := range ctx.Table {
		if entry != nil && isActive(entry.Object, 0) {
			return true
		}
	}
	return false
}

// deepest bounds how far objects within objects are followed.
const deepest = 50

func isActive(object types.Object, depth int) bool {
	if depth > deepest {
		return true
	}
	switch o := object.(type) {
	case types.Dict:
		for key, value := range o {
			if active[strings.TrimPrefix(key, "/")] || isActive(value, depth+1) {
				return true
			}
		}
	case types.Array:
		for _, value := range o {
			if isActive(value, depth+1) {
				return true
			}
		}
	case types.StreamDict:
		return isActive(o.Dict, depth+1)
	case *types.StreamDict:
		return isActive(o.Dict, depth+1)
	case types.Name:
		return active[string(o)]
	}
	return false
}
