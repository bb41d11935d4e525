package classifier

// Lean is how likely it is that the words scored last are of a category (its
// index in lexicon.Categories), in thousandths: what is too little for a
// verdict is a sign to whoever remembers.
func (j *Judge) Lean(category int) int { return int(j.chances[category] * 1000) }

// Chances are what the second layer said of the words scored last.
func (j *Judge) Chances() Chances { return j.chances }
