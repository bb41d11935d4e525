package thing

import "kakitsubata/tools/art/paint"

// What floats in the air besides petals and fireflies.

func maple(f int) *paint.Img {
	rows := [][]string{{"r.r", "ror", ".o."}, {".r.", "roo", ".r."}, {"rr.", ".or", "..."}}[f]
	return paint.Rows(rows, map[byte]paint.C{'r': paint.Hex("C44640"), 'o': paint.Hex("F29A5C")})
}

func flake(f int) *paint.Img {
	rows := [][]string{{".w.", "www", ".w."}, {"...", "ww.", "ww."}}[f]
	return paint.Rows(rows, map[byte]paint.C{'w': paint.Hex("FFFFFF")})
}

func seed(f int) *paint.Img {
	rows := [][]string{{"w.w", ".w.", ".k."}, {".w.", "ww.", ".k."}}[f]
	return paint.Rows(rows, map[byte]paint.C{'w': paint.Hex("FFFDF0"), 'k': paint.Hex("BFA77A")})
}

func steam(f int) *paint.Img {
	rows := [][]string{{"....", ".ww.", ".ww.", "...."}, {".ww.", "wwww", "www.", ".w.."}, {"..w.", ".w..", "..w.", "...."}}[f]
	return paint.Rows(rows, map[byte]paint.C{'w': paint.Hex("FFF6EA")})
}

func twinkle(f int) *paint.Img {
	rows := [][]string{{"...", ".w.", "..."}, {".w.", "wyw", ".w."}, {"...", ".y.", "..."}}[f]
	return paint.Rows(rows, map[byte]paint.C{'w': paint.Hex("E6ECFF"), 'y': paint.Hex("FFF3C0")})
}
