package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/google/uuid"

	"lianxin/backend/api"
	"lianxin/backend/sync"
	"lianxin/backend/token"
)

// What follows is an example for vendors: it knows no more of the center than
// docs/hospitals.md tells. The order of things is what matters. The key is made here and
// never leaves; what is sent is kept before it is sent, and sent again as it was when no
// answer came.

// HospitalClient is the file a hospital's client keeps.
type HospitalClient struct {
	Client string `required:"" help:"File with the client's key, as join wrote it; readable by its owner only." env:"LIANXIN_HOSPITAL_CLIENT" type:"path"`
}

// clientFile is what is kept between runs.
type clientFile struct {
	URL       string `json:"url"`
	Issuer    string `json:"issuer"`
	DeviceID  string `json:"device_id"`
	Seed      []byte `json:"seed"` // of the Ed25519 key
	Enrolment string `json:"enrolment,omitempty"`
}

func (c HospitalClient) read() (clientFile, error) {
	var kept clientFile
	text, err := os.ReadFile(c.Client)
	if err != nil {
		return kept, fmt.Errorf("read the client's key: %w", err)
	}
	if err := json.Unmarshal(text, &kept); err != nil {
		return kept, errors.New("the client's file is damaged; join again")
	}
	return kept, nil
}

func (c HospitalClient) write(kept clientFile) error {
	text, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	if err := os.WriteFile(c.Client, text, 0o600); err != nil {
		return fmt.Errorf("keep the client's key: %w", err)
	}
	return nil
}

// HospitalJoinCmd enrols a client.
type HospitalJoinCmd struct {
	HospitalClient
	Payload string        `arg:"" optional:"" help:"File with the text of the QR, as enroll --payload-file writes it; none to go on waiting." type:"existingfile"`
	NoWait  bool          `help:"Print the fingerprint and end; go on with: hospital join, without a file."`
	Wait    time.Duration `default:"10m" help:"How long to wait to be let in."`
}

// Run makes a key, uses the code and waits.
func (j HospitalJoinCmd) Run() error {
	ctx, leave := context.WithTimeout(context.Background(), j.Wait)
	defer leave()
	if j.Payload != "" {
		if err := j.use(ctx); err != nil || j.NoWait {
			return err
		}
	}
	kept, err := j.read()
	if err != nil {
		return err
	}
	key, err := token.KeyFromSeed(kept.Seed)
	if err != nil {
		return err
	}
	view, err := awaitGrant(ctx, kept, key)
	if err != nil {
		return err
	}
	kept.Issuer, kept.DeviceID = view.Grant.Issuer, view.Grant.DeviceID
	fmt.Println("let in for", view.Grant.SiteID)
	return j.write(kept)
}

// use uses the code with a new key.
func (j HospitalJoinCmd) use(ctx context.Context) error {
	text, err := os.ReadFile(j.Payload)
	if err != nil {
		return fmt.Errorf("read the invitation: %w", err)
	}
	invitation, err := token.ParseInvitation(strings.TrimSpace(string(text)))
	if err != nil {
		return err
	}
	key, err := token.NewKey(rand.Reader)
	if err != nil {
		return err
	}
	kept := clientFile{URL: strings.TrimSuffix(invitation.URL, "/"), Seed: key.Seed()}
	if err := j.write(kept); err != nil { // before anybody hears of it
		return err
	}
	claim := api.EnrolmentClaim{Code: string(invitation.Code), PublicKey: key.Public().Bytes(), Proof: token.ProvePossession(key, invitation.Code), Version: version}
	var view api.EnrolmentView
	if err := sync.Ask(ctx, http.DefaultClient, http.MethodPost, kept.URL+"/enrolments", nil, claim, &view); err != nil {
		return err
	}
	fmt.Printf("Tell the center this fingerprint; it has to be the same on its screen:\n\n    %s\n\n", view.Fingerprint)
	kept.Enrolment = view.ID
	return j.write(kept)
}

// awaitGrant asks every second until somebody has decided.
func awaitGrant(ctx context.Context, kept clientFile, key token.Key) (view api.EnrolmentView, err error) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	header := http.Header{"Lianxin-Proof": {token.ProvePossession(key, token.Code(kept.Enrolment))}}
	for {
		err := sync.Ask(ctx, http.DefaultClient, http.MethodGet, kept.URL+"/enrolments/"+kept.Enrolment, header, nil, &view)
		switch {
		case err != nil:
			return view, err
		case view.Grant != nil:
			return view, nil
		case view.Status != string(token.Pending):
			return view, fmt.Errorf("the center said %s", view.Status)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return view, ctx.Err()
		}
	}
}

// sendings is how often a question without an answer is sent again, as it was.
const sendings = 3

// ask sends to the center and prints the answer. A refusal is printed as well, and is an error.
func (c HospitalClient) ask(method, path, kind string, body []byte) ([]byte, error) {
	kept, err := c.read()
	if err != nil {
		return nil, err
	}
	key, err := token.KeyFromSeed(kept.Seed)
	if err != nil {
		return nil, err
	}
	line := &sync.HTTPCenter{URL: kept.URL, Issuer: kept.Issuer, DeviceID: kept.DeviceID, Key: key, Now: time.Now,
		NewID: func() string { return uuid.Must(uuid.NewV7()).String() }}
	for attempt := 1; ; attempt++ {
		answer, status, err := c.once(line, method, kept.URL+path, kind, body)
		switch {
		case err == nil && status < http.StatusMultipleChoices:
			return answer, nil
		case err == nil && status < http.StatusInternalServerError:
			return nil, fmt.Errorf("the center refused (%d): %s", status, bytes.TrimSpace(answer))
		case attempt == sendings:
			return nil, errors.Join(fmt.Errorf("no answer after %d attempts, the last one %d", sendings, status), err)
		}
		time.Sleep(time.Duration(attempt) * time.Second)
	}
}

// once sends one request with an access token.
func (c HospitalClient) once(line *sync.HTTPCenter, method, address, kind string, body []byte) ([]byte, int, error) {
	ctx, leave := context.WithTimeout(context.Background(), 30*time.Second)
	defer leave()
	access, err := line.Access(ctx)
	if err != nil {
		return nil, 0, err
	}
	request, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return nil, 0, err
	}
	request.Header.Set("Authorization", "Bearer "+access)
	if body != nil {
		request.Header.Set("Content-Type", kind)
	}
	response, err := sync.Direct(http.DefaultClient).Do(request)
	if err != nil {
		return nil, 0, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, 64<<20))
	return answer, response.StatusCode, err
}

const (
	plainJSON = "application/json"
	fhirJSON  = "application/fhir+json"
)

// show sends a body and prints the answer, indented.
func (c HospitalClient) show(path, kind string, body []byte) error {
	answer, err := c.ask(http.MethodPost, path, kind, body)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, bytes.TrimSpace(answer), "", "  "); err != nil {
		return fmt.Errorf("the answer is no JSON: %w", err)
	}
	fmt.Println(out.String())
	return nil
}

// caseID finds a case by the hospital's own number.
func (c HospitalClient) caseID(number string) (string, error) {
	body, err := json.Marshal(api.HospitalNumber{Number: number})
	if err != nil {
		return "", err
	}
	answer, err := c.ask(http.MethodPost, "/hospital/cases/find", plainJSON, body)
	if err != nil {
		return "", err
	}
	var found struct {
		ID string `json:"id"`
	}
	err = json.Unmarshal(answer, &found)
	return url.PathEscape(found.ID), err
}
