// Package casebook keeps the cases that people must look at: concerns of the
// gate, reports of visitors, appeals of those whose words were held back, what
// staff open by hand, and the sanctions that follow. Book owns every open case in one loop goroutine: it writes first and
// tells then, so that whoever was told can find the case after a crash. It
// never mutes anybody (the gate does), never decides, never forgets a concern
// because the disk was slow for a moment, and never waits for a follower.
package casebook
