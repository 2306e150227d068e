// Package powercut is a disk that can lose its power. It is mounted as a file
// system; what a program wrote and did not sync may be gone after a cut, be there
// in part, or be there in another order, as on a real disk. It also fills up and
// fails syncs when told to. Only proofs use it.
//
// What a cut leaves follows what POSIX promises and journaling file systems do:
// data that was synced is whole; of other writes any 512-byte sectors may have
// arrived; names change in the order they were changed, up to some point which
// lies after the last sync.
package powercut
