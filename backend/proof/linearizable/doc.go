// Package linearizable checks the decisions that devices, staff and instances of
// the center share: each must look as if it had been taken at one instant between
// the question and the answer, whichever instance was asked (Herlihy and Wing,
// "Linearizability: a correctness condition for concurrent objects", 1990).
//
// Clients ask running centers over HTTP and write down what they asked, what was
// answered and when. An answer that got lost leaves open whether the thing
// happened. Porcupine then looks for an order in which a model, one step after the
// other, would have answered the same.
package linearizable
