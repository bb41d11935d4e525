package protocol

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/vmihailenco/msgpack/v5"
)

var update = flag.Bool("update", false, "write the golden vectors in testdata anew")

// A vector is a golden frame: what README.md sends its reader to. Array is
// the frame as plain JSON, in wire order; Value has the names of the fields.
type vector struct {
	Name  string `json:"name"`
	Value any    `json:"value"`
	Array any    `json:"array,omitempty"`
	Hex   string `json:"hex"`
}

func TestGoldenIntents(t *testing.T) {
	var out []vector
	for _, s := range intentSamples() {
		out = append(out, newVector(t, s.Name, s.Value, EncodeIntent(s.Value)))
	}
	golden(t, "intents.json", out)
}

func TestGoldenEvents(t *testing.T) {
	var out []vector
	for _, s := range eventSamples() {
		out = append(out, newVector(t, s.Name, s.Value, EncodeEvent(s.Value)))
	}
	golden(t, "events.json", out)
}

// Records are in the bytes of a Frame's motion.
func TestGoldenMotion(t *testing.T) {
	var out []vector
	for _, s := range recordSamples() {
		out = append(out, vector{Name: s.Name, Value: s.Value, Hex: hex.EncodeToString(motion(s.Name))})
	}
	golden(t, "motion.json", out)
}

func newVector(t *testing.T, name string, value any, frame []byte) vector {
	t.Helper()
	var array any
	if err := msgpack.Unmarshal(frame, &array); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return vector{name, value, array, hex.EncodeToString(frame)}
}

func golden(t *testing.T, file string, vectors []vector) {
	t.Helper()
	var want bytes.Buffer
	want.WriteString("[\n")
	for i, v := range vectors {
		line, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		want.Write(line)
		if i < len(vectors)-1 {
			want.WriteByte(',')
		}
		want.WriteByte('\n')
	}
	want.WriteString("]\n")
	path := filepath.Join("testdata", file)
	if *update {
		if err := os.WriteFile(path, want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want.Bytes()) {
		t.Fatalf("%s no longer says what the codec writes.\nThe wire is append-only: if the change is meant, run go test ./protocol -update and look at the difference.", path)
	}
}

// Every kind has a golden vector, or a client's author would have to guess.
func TestGoldenVectorsAreComplete(t *testing.T) {
	intents, events := map[Kind]bool{}, map[Kind]bool{}
	for _, s := range intentSamples() {
		intents[s.Value.Kind()] = true
	}
	for _, s := range eventSamples() {
		events[s.Value.Kind()] = true
	}
	for k := KindMove; k <= KindAppeal; k++ {
		if !intents[k] {
			t.Errorf("intent %d has no sample", k)
		}
	}
	for k := KindWelcome; newEvent(k) != nil; k++ {
		if !events[k] {
			t.Errorf("event %d has no sample", k)
		}
	}
}
