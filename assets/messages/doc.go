// Package messages holds what the page says: one file for each language, and
// for each depth of Japanese that needs words of its own. It decides nothing
// and owns nothing: node binds the texts for each reader and serves them. What
// a city says in its own name is in the city's pack, never here.
package messages
