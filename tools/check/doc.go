// Command check runs everything that must hold before a change is done, on a
// fresh clone as on a desk:
//
//	go run ./tools/check            all of it
//	go run ./tools/check vet test   some of it, by the steps' names
//
// It installs what the machine lacks where it may and says what to install
// where it may not, runs every step even after one failed, and ends with a
// table and the line "N passed, N failed". It counts tests; a step that fails
// without a failed test counts as one, and so does a test that was skipped:
// a skip that a fresh machine meets is a test that does not exist. The exit
// status is 0 only if nothing failed.
//
// It owns the order of the steps and the reading of their results. What a
// step checks is the business of the tools that it calls; nothing is checked
// here that could not be checked by hand with the command that is shown.
package main
