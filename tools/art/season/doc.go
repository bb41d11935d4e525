// Package season says what a season makes of a colour: the same pixels under
// another palette. It paints nothing.
package season
