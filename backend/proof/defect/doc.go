// Package defect plants mistakes in the product and shows that its proofs find
// every one of them: a proof that finds no planted defect would find no real one
// either. The mistakes are put in at build time; see package overlay.
package defect
