// Package journey walks through the city in a real headless Chromium, against
// a real server with a real data folder: what a child, a counsellor and a
// city's engineer would do, with keys, taps and typing. Its tests have the
// build tag journey, since they need a browser; tools/check runs them and
// brings one. It asserts what a person would notice, and leaves a picture of
// each step in build/journey to be looked at.
package journey
