// Command pocketbase serves a PocketBase with one collection for visits, as somebody would
// set it up who builds the same on it: what our center keeps of a visit in columns is a
// field here, what it seals is JSON, and the indexes are the same.
//
//	pocketbase DIR HOST:PORT FIRST ROWS < one record as JSON
//
// It fills the collection with ROWS made-up records, numbered from FIRST, prints the token of
// a user who may read and write, and serves until it is killed. Records are told apart by
// what "%09d" in the one record stands for.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"strconv"
	"strings"

	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	_ "github.com/pocketbase/pocketbase/migrations"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		log.Fatal(err)
	}
}

func run(args []string) error {
	if len(args) != 4 {
		return errors.New("usage: pocketbase DIR HOST:PORT FIRST ROWS < record")
	}
	first, err := strconv.Atoi(args[2])
	if err != nil {
		return err
	}
	rows, err := strconv.Atoi(args[3])
	if err != nil {
		return err
	}
	record, err := io.ReadAll(bufio.NewReader(os.Stdin))
	if err != nil {
		return err
	}
	app := pocketbase.NewWithConfig(pocketbase.Config{DefaultDataDir: args[0], HideStartBanner: true})
	if err := app.Bootstrap(); err != nil {
		return err
	}
	if err := app.RunAllMigrations(); err != nil {
		return err
	}
	visits, err := collection(app)
	if err != nil {
		return err
	}
	if err := fill(app, visits, string(record), first, rows); err != nil {
		return err
	}
	if err := user(app); err != nil {
		return err
	}
	return apis.Serve(app, apis.ServeConfig{HttpAddr: args[1]})
}

// collection makes the table of visits; who is logged in may read and write.
func collection(app core.App) (*core.Collection, error) {
	visits := core.NewBaseCollection("visits")
	allowed := "@request.auth.id != ''"
	visits.ViewRule, visits.CreateRule = &allowed, &allowed
	for _, name := range []string{"visit", "site_id", "device_id", "day", "outcome", "ticket", "source", "donor_key", "product",
		"appointment_id", "language", "arrived_at"} {
		visits.Fields.Add(&core.TextField{Name: name})
	}
	for _, name := range []string{"ticket_number", "volume_ml", "units", "clock_offset"} {
		visits.Fields.Add(&core.NumberField{Name: name})
	}
	for _, name := range []string{"person", "verdict", "screening"} {
		visits.Fields.Add(&core.JSONField{Name: name})
	}
	visits.AddIndex("visits_id", true, "visit", "")
	visits.AddIndex("visits_once", true, "donor_key, day", "outcome = 'waiting'")
	visits.AddIndex("visits_site", false, "site_id, day, arrived_at", "")
	visits.AddIndex("visits_device", false, "device_id, day, ticket_number", "")
	return visits, app.Save(visits)
}

// fill writes the records there are before anything is measured.
func fill(app core.App, visits *core.Collection, record string, first, rows int) error {
	const part = 5000
	for done := 0; done < rows; done += part {
		err := app.RunInTransaction(func(tx core.App) error {
			for n := done; n < min(done+part, rows); n++ {
				var values map[string]any
				if err := json.Unmarshal([]byte(strings.ReplaceAll(record, "%09d", fmt.Sprintf("%09d", first+n))), &values); err != nil {
					return err
				}
				one := core.NewRecord(visits)
				one.Id = fmt.Sprintf("%015d", first+n)
				one.Load(values)
				if err := tx.SaveNoValidate(one); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// user makes somebody who may call, and prints their token.
func user(app core.App) error {
	users, err := app.FindCollectionByNameOrId("users")
	if err != nil {
		return err
	}
	one := core.NewRecord(users)
	one.SetEmail("desk@example.com")
	one.SetPassword("made-up password")
	if err := app.Save(one); err != nil {
		return err
	}
	token, err := one.NewAuthToken()
	if err != nil {
		return err
	}
	fmt.Println(token)
	return nil
}
