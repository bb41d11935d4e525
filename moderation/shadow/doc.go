// Package shadow judges what visitors say a second time, by a candidate: new
// lists, another model, another table. It runs beside the gate and has no
// effect. What would have been done otherwise is counted by day.
//
// The rules in force and the candidate are asked side by side, both by a scorer
// and a memory of their own that began to listen at the same moment. So what
// differs is the rules' doing, and not what one of them knew before. Whatever
// the gate adds to its verdict from elsewhere (a second look, the strikes of a
// speaker, who follows whom) is no part of the comparison.
//
// It keeps no word, no name and no visitor: categories, rules, brackets and
// counts, and the number of a case where the gate has written one, since there
// the words are kept already, for those who may read them.
package shadow
