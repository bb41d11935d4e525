// Package reading turns authored text into the words of one reader. Authored
// text carries furigana as {漢字|かんじ}; a first- or second-year pupil gets the
// kana in place of the kanji, everybody else keeps the markup, which the page
// shows as ruby. The package owns nothing and never guesses a reading: what an
// author did not annotate stays as it is, and Unread tells the author.
package reading
