package api

import (
	"net/http"
	"path"
	"reflect"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"lianxin/backend/calendar"
)

// schemaName names a type in the document: types of this package by their own
// name, those of a noun with the noun before it, so that checkin's Option and
// policy's Option are two things.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	noun := path.Base(t.PkgPath())
	if noun == "api" || noun == "." || noun == "huma" || strings.HasPrefix(strings.ToLower(name), noun) {
		return name
	}
	return strings.ToUpper(noun[:1]) + noun[1:] + name
}

// dateSchema documents calendar.Date, which knows nothing of OpenAPI.
type dateSchema struct{}

// Schema implements huma.SchemaProvider.
func (dateSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date", Examples: []any{"2026-11-23"}}
}

// registry is where the document's schemas are kept.
func registry() huma.Registry {
	r := huma.NewMapRegistry("#/components/schemas/", schemaName)
	r.RegisterTypeAlias(reflect.TypeFor[calendar.Date](), reflect.TypeFor[dateSchema]())
	return r
}

// described keeps what reflection says of the types of one API. A process that
// opens its API again (a proof that restarts its center thousands of times) would
// otherwise spend a third of its life describing the same types.
type described struct {
	mu      sync.Mutex
	schemas huma.Registry
}

var ofKiosk, ofDesk, ofCenter described

// on registers routes on the mux. After the first time nothing is written to the
// schemas, so that one API may be registered while another one answers by them.
func (d *described) on(mux *http.ServeMux, routes func(huma.API)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.schemas == nil {
		d.schemas = registry()
	}
	routes(humago.New(mux, config(d.schemas)))
}
