package payout

import "time"

// BatchStatus is how far a batch is.
type BatchStatus string

const (
	BatchOpen      BatchStatus = "open"      // payments may be taken out
	BatchSent      BatchStatus = "sent"      // the file may be fetched; the driver works on it
	BatchCancelled BatchStatus = "cancelled" // nothing of it has left
)

// Batch is payments that leave together.
type Batch struct {
	ID       string      `json:"id"` // drawn by whoever makes it
	Number   string      `json:"number"`
	Method   Method      `json:"method"`
	Format   string      `json:"format,omitempty"` // of the bank's file: ID of a format
	Status   BatchStatus `json:"status"`
	Version  int         `json:"version"`
	Count    int         `json:"count"` // of payments when it was made
	TotalFen int64       `json:"total_fen"`
	MadeAt   time.Time   `json:"made_at"`
	MadeBy   string      `json:"made_by"`
	SentAt   time.Time   `json:"sent_at,omitzero"`
	SentBy   string      `json:"sent_by,omitempty"`
}

// MaxBatch is how many payments a batch has at most: a file a person can still look through.
const MaxBatch = 500
