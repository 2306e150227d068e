package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"lianxin/backend/fault"
)

// DumpPostgres writes a dump of a PostgreSQL database, in pg_dump's custom
// format, to a private file that appears whole or not at all. Faults:
// "store.client_missing" (pg_dump is not installed), "store.client_failed" (it
// said no, for example because it is older than the server).
func DumpPostgres(ctx context.Context, address, path string) error {
	return writeWhole(path, func(part *os.File) error {
		dump, err := clientProgram(ctx, address, "pg_dump", "--format=custom", "--no-password")
		if err != nil {
			return err
		}
		dump.Stdout = part
		return run(dump)
	})
}

// RestorePostgres replaces everything Lianxin keeps in a PostgreSQL database by a
// dump, in one transaction: on failure nothing is changed. Owners and privileges
// are those of the account that restores. Faults: "store.in_use" when a center
// serves the database, and those of DumpPostgres for pg_restore and psql.
func RestorePostgres(ctx context.Context, address, path string) (err error) {
	s := &Store{schema: migrations}
	if err := s.openPostgres(address); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	pool, err := s.writer.DB()
	if err != nil {
		return fmt.Errorf("connection pool: %w", err)
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return translate(fmt.Errorf("connect to PostgreSQL: %w", err))
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if err := checkUnserved(ctx, conn); err != nil {
		return err
	}
	return replaceTables(ctx, address, path)
}

// replaceTables lets psql carry out what pg_restore writes. The transaction is
// committed only when pg_restore has read the whole dump.
func replaceTables(ctx context.Context, address, path string) error {
	read, err := clientProgram(ctx, address, "pg_restore", "--file=-", "--no-owner", "--no-privileges", path)
	if err != nil {
		return err
	}
	write, err := clientProgram(ctx, address, "psql", "--no-psqlrc", "--quiet", "--no-password", "--output="+os.DevNull, "--set=ON_ERROR_STOP=1")
	if err != nil {
		return err
	}
	names, err := tables()
	if err != nil {
		return err
	}
	script, feed := io.Pipe()
	read.Stdout, write.Stdin = feed, script
	done := make(chan error, 1)
	go func() {
		err := run(write)
		script.CloseWithError(errors.Join(io.ErrClosedPipe, err)) // whoever still writes is told
		done <- err
	}()
	_, begun := io.WriteString(feed, "BEGIN;\nDROP TABLE IF EXISTS "+strings.Join(names, ", ")+" CASCADE;\n")
	failed := errors.Join(begun, run(read))
	if failed == nil {
		_, failed = io.WriteString(feed, "\nCOMMIT;\n")
	}
	// Without the last line psql ends in the middle of the transaction, which undoes it.
	closed := feed.Close()
	if wrote := <-done; wrote != nil {
		return wrote // the cause; the other then only lost its reader
	}
	return errors.Join(failed, closed)
}

var createTable = regexp.MustCompile(`(?m)^CREATE TABLE (\w+)`)

// tables lists what the migrations make, and goose's own table.
func tables() ([]string, error) {
	names := []string{"goose_db_version"}
	files, err := migrations.ReadDir("migrations/postgres")
	if err != nil {
		return nil, fmt.Errorf("embedded migrations: %w", err)
	}
	for _, file := range files {
		text, err := migrations.ReadFile("migrations/postgres/" + file.Name())
		if err != nil {
			return nil, fmt.Errorf("embedded migrations: %w", err)
		}
		for _, made := range createTable.FindAllSubmatch(text, -1) {
			names = append(names, string(made[1]))
		}
	}
	return names, nil
}

// run runs a program; what it said on standard error goes with the failure.
func run(program *exec.Cmd) error {
	var said bytes.Buffer
	program.Stderr = &said
	if err := program.Run(); err != nil {
		return fault.Wrap(fmt.Errorf("%s: %w: %s", program.Args[0], err, strings.TrimSpace(said.String())),
			fault.Unavailable, "store.client_failed").With("program", program.Args[0])
	}
	return nil
}

// clientProgram is one of PostgreSQL's own programs for the database at address.
// Everything of the address goes by the environment: arguments can be read by
// every account of the machine.
func clientProgram(ctx context.Context, address, name string, args ...string) (*exec.Cmd, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "store.client_missing").With("program", name)
	}
	settings, err := clientSettings(address)
	if err != nil {
		return nil, err
	}
	program := exec.CommandContext(ctx, path, args...)
	program.Args[0] = name
	program.Env = append(os.Environ(), settings...)
	return program, nil
}

// passed are the parameters of an address that libpq knows by the same name.
var passed = []string{"sslmode", "sslrootcert", "sslcert", "sslkey", "sslsni", "sslcrl", "target_session_attrs", "channel_binding"}

// clientSettings writes an address as libpq's environment variables.
func clientSettings(address string) ([]string, error) {
	config, err := pgconn.ParseConfig(address)
	if err != nil {
		return nil, errors.New("the PostgreSQL address cannot be read") // it may hold a password
	}
	hosts, ports := []string{config.Host}, []string{strconv.Itoa(int(config.Port))}
	for _, other := range config.Fallbacks {
		if port := strconv.Itoa(int(other.Port)); !slices.Contains(hosts, other.Host) || !slices.Contains(ports, port) {
			hosts, ports = append(hosts, other.Host), append(ports, port)
		}
	}
	settings := []string{"PGHOST=" + strings.Join(hosts, ","), "PGPORT=" + strings.Join(ports, ","), "PGUSER=" + config.User,
		"PGDATABASE=" + config.Database, "PGAPPNAME=lianxin-center"}
	if config.Password != "" {
		settings = append(settings, "PGPASSWORD="+config.Password)
	}
	var options []string
	for name, value := range config.RuntimeParams {
		if name != "application_name" && name != "options" {
			options = append(options, "-c "+name+"="+strings.NewReplacer(`\`, `\\`, " ", `\ `).Replace(value))
		}
	}
	if len(options) > 0 {
		slices.Sort(options)
		settings = append(settings, "PGOPTIONS="+strings.Join(options, " "))
	}
	parsed, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("the PostgreSQL address cannot be read")
	}
	for _, name := range passed {
		if value := parsed.Query().Get(name); value != "" {
			settings = append(settings, "PG"+strings.ToUpper(strings.ReplaceAll(name, "_", ""))+"="+value)
		}
	}
	return settings, nil
}
