// Package preference tells which gifts somebody may like: those that people with
// the same gifts chose too, and what is popular where they give blood.
//
// It knows redemptions and nothing else: no result, no answer, no age. Whatever
// is said of a gift rests on at least MinPeople different people, so nobody can
// read from a suggestion what one person took. Who wants no suggestions is not
// counted either (their basket is empty).
//
// The method is item-based: the cosine of two gifts over the people who have
// them, shrunk where few people have both. Everything needed for it are counts
// of people, which can be brought up to date person by person: see Counts.
package preference
