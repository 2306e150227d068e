package main

import (
	"os"

	"lianxin/backend/api"
)

// OpenAPICmd prints the API's document.
type OpenAPICmd struct{}

// Run writes OpenAPI 3.1 JSON to standard output.
func (OpenAPICmd) Run() error {
	document, err := api.Document()
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(append(document, '\n'))
	return err
}
