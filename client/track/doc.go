// Package track follows the frames of one room: it owns what a client knows of
// who is in sight, and where. Frames tell changes of intent; a Track walks
// everybody by atlas.Walk, as the server does, so both agree after each frame
// to the unit. It smooths nothing and predicts nothing: what is shown of it,
// and one's own avatar's lead, are client/scene's.
//
// A frame that does not fit what is known (a record of an unknown avatar, one
// that can't be read) leaves a Track lost: it says ErrLost until a frame begins
// anew. To get one, tell the server Asleep twice, true and false.
package track
