package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/mdp/qrterminal/v3"
	"golang.org/x/term"

	"lianxin/backend/center"
	"lianxin/backend/fault"
	"lianxin/backend/staff"
)

// errNoTerminal is for whoever pipes a password in: it would stand in a script or
// in the shell's history.
var errNoTerminal = errors.New("passwords are asked for on a terminal; run this command in one")

// tries is how often a person may mistype before a command gives up.
const tries = 3

// askAccount asks for the password and shows the second factor; use gets the
// account with both and is asked again when the code was wrong.
func askAccount(ctx context.Context, c *center.Center, account staff.Account, use func(staff.Account) error) error {
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return errNoTerminal
	}
	drawn, err := askPassword(ctx, c, &account)
	if err != nil {
		return err
	}
	qrterminal.GenerateHalfBlock(drawn.URI, qrterminal.M, os.Stdout)
	fmt.Printf("\nScan this with an authenticator app, or type the key there:\n  %s\n", spaced(drawn.Secret))
	account.TOTPSecret = drawn.Secret
	for left := tries - 1; ; left-- {
		fmt.Print("Code the app shows (6 digits): ")
		said, err := await(ctx, func() (string, error) { return bufio.NewReader(os.Stdin).ReadString('\n') })
		if err != nil {
			return err
		}
		account.TOTPCode = strings.ReplaceAll(strings.TrimSpace(said), " ", "")
		err = use(account)
		if fault.CodeOf(err) != "staff.totp_wrong" || left == 0 {
			return err
		}
		fmt.Println("that is not the code; wait for the next one and check the phone's clock")
	}
}

// askPassword asks until the account is good, and draws its second factor.
func askPassword(ctx context.Context, c *center.Center, account *staff.Account) (staff.TOTP, error) {
	for left := tries - 1; ; left-- {
		first, err := readPassword(ctx, fmt.Sprintf("Password for %s (at least %d characters, not shown): ", account.Login, staff.MinPassword))
		if err != nil {
			return staff.TOTP{}, err
		}
		second, err := readPassword(ctx, "The same again: ")
		if err != nil {
			return staff.TOTP{}, err
		}
		if first != second {
			err = errors.New("the two passwords differ")
		} else {
			account.Password = first
			drawn, draftErr := c.DraftMember(*account)
			if draftErr == nil || fault.CodeOf(draftErr) != "staff.password_rejected" {
				return drawn, draftErr
			}
			err = errors.New(whyRejected(draftErr))
		}
		if left == 0 {
			return staff.TOTP{}, err
		}
		fmt.Println(err)
	}
}

// readPassword stops the terminal from showing what is typed before it asks, so
// that a fast typist's first letters are not shown either.
func readPassword(ctx context.Context, ask string) (string, error) {
	return await(ctx, func() (string, error) {
		before, err := term.MakeRaw(int(os.Stdin.Fd()))
		if err != nil {
			return "", err
		}
		asking := term.NewTerminal(struct {
			io.Reader
			io.Writer
		}{os.Stdin, os.Stdout}, "")
		typed, err := asking.ReadPassword(ask)
		return typed, errors.Join(err, term.Restore(int(os.Stdin.Fd()), before))
	})
}

// await reads from the terminal until ctx ends, and then leaves the terminal as
// it was: stopped in the middle of a password it would go on hiding what is typed.
func await(ctx context.Context, read func() (string, error)) (string, error) {
	before, err := term.GetState(int(os.Stdin.Fd()))
	if err != nil {
		return "", fmt.Errorf("look at the terminal: %w", err)
	}
	type answer struct {
		text string
		err  error
	}
	answered := make(chan answer, 1)
	go func() {
		text, err := read()
		answered <- answer{text, err}
	}()
	select {
	case a := <-answered:
		if errors.Is(a.err, io.EOF) { // ^C or ^D
			return "", errors.New("given up; nothing was changed")
		}
		if a.err != nil {
			return "", fmt.Errorf("read from the terminal: %w", a.err)
		}
		return a.text, nil
	case <-ctx.Done():
		return "", errors.Join(ctx.Err(), term.Restore(int(os.Stdin.Fd()), before))
	}
}

// rejections put the rules of a password into words.
var rejections = map[string]string{
	"too_short": fmt.Sprintf("it has fewer than %d characters", staff.MinPassword),
	"too_long":  fmt.Sprintf("it has more than %d characters", staff.MaxPassword),
	"is_login":  "it is the login name with little added",
	"common":    "it is made of words and rows of keys everyone uses",
}

func whyRejected(err error) string {
	var why []string
	for _, place := range fault.From(err).Places {
		why = append(why, rejections[place.Code])
	}
	return "choose another password: " + strings.Join(why, "; ")
}

// spaced writes a secret in groups of four, as apps show it.
func spaced(secret string) string {
	var groups []string
	for len(secret) > 4 {
		groups, secret = append(groups, secret[:4]), secret[4:]
	}
	return strings.Join(append(groups, secret), " ")
}
