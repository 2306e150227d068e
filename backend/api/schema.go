package api

import (
	"path"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

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
