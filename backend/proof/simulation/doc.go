// Package simulation runs a center and several kiosks against each other on a
// time of its own, over lines that lose, double, hold back and cut what they
// carry, through restarts, wrong clocks, restored backups and sixty days without
// a network. All parts are the product's own, with real databases and the API in
// between; only time, chance and the line are made up. One seed is one history:
// the same seed happens again in every detail.
//
// After each history everything is healed, and then must hold what the product
// promises; see promises in promise.go.
package simulation
