// Package site holds the places where people can give blood: the four stations
// of Beijing, their houses and vehicles, opening hours, distances, and a picture
// of the sixteen districts to show them on.
//
// The sites that come with the program are samples and say so in their names;
// a real service replaces them by its own file of the same form.
package site
