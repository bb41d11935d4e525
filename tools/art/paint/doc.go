// Package paint is the brush of the art tool: a small canvas of art pixels,
// the city's colour ramps, and the noise that everything is made of.
//
// It owns no picture and knows no thing of the world. Nothing in it is random:
// the same calls give the same pixels each time, since every choice is a hash
// of a place and a seed.
package paint
