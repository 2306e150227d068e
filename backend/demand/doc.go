// Package demand tells how many of a gift will be asked for, until when the stock
// lasts, when and how much to order, and what to take out of the catalogue.
//
// A series is whole weeks from Monday to Sunday, so that no weekday weighs more
// than another. Most gifts are asked for a few times a month: such series are
// forecast by the method of Teunter, Syntetos and Babai (2011), which lets the
// chance of a request fade while there is none, others by exponential smoothing,
// with a damped trend where that was better. How well this went is measured on
// weeks the method had not seen, beside saying "as last week" (Backtest).
//
// Numbers a center decides on (lead times, service level, what counts as rising)
// are a dated pack with worked examples.
package demand
