package cities

import "testing"

func TestKariya(t *testing.T) {
	p, err := Load("kariya")
	if err != nil {
		t.Fatal(err)
	}
	t.Log(len(p.Phrases), len(p.Services))
}
