// Package reading turns authored text into the words of one reader. Authored
// Japanese carries furigana as {漢字|かんじ} and a space where a word ends; each
// depth of Japanese comes from it by rule (At), by the kanji that each year of
// school teaches. A Book binds authored texts with their translations, and
// Check finds what is missing or wrong in them. The package owns nothing and
// never guesses a reading: what an author did not annotate stays as it is, and
// Unread tells the author. What others type is read by package furigana.
package reading
