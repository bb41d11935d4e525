package main

import (
	"testing"

	"kakitsubata/moderation/classifier"
)

// What `server feedback` writes is read as it is: the console's golden file.
func TestFeedbackIsRead(t *testing.T) {
	rows, err := readRows("../../server/console/testdata", "train-feedback")
	if err != nil || len(rows) < 5 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	look(lists(t), rows)
	harm, support := 0, 0
	for _, r := range rows {
		y := r.targets() // an unknown label has no head
		if y[classifier.HeadHarm] {
			harm++
		}
		if y[classifier.HeadSupport] {
			support++
		}
		if len(r.feats) == 0 || r.Expected.Level == "" || r.Expected.Accept == nil {
			t.Errorf("%s: %+v", r.ID, r)
		}
	}
	if harm == 0 || support == 0 || harm+support == len(rows) {
		t.Errorf("%d of harm, %d of support, %d in all", harm, support, len(rows))
	}
}
