// Package sound is what is heard: short sounds for what one does, and soft
// ones that belong to a place. All of it is made by code when it is first
// wanted; there are no files. It is silent until the child turns it on, keeps
// that choice on the device, and plays nothing before the first touch.
//
// It owns the making (plain Go, the same samples on every machine, tested
// anywhere) and the browser's audio; it knows nothing of the world: whoever
// plays a Cue decides why.
package sound
