package store

import (
	"bytes"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/vmihailenco/msgpack/v5"

	"kakitsubata/moderation"
	"kakitsubata/moderation/casebook"
	"kakitsubata/server/console"
	"kakitsubata/server/entrance"
)

var update = flag.Bool("update", false, "write the golden values anew: only before a version that anybody uses")

var kinds = []any{
	casebook.Case{}, casebook.Sanction{},
	entrance.BatchRecord{}, entrance.CodeRecord{}, entrance.VisitorRecord{}, entrance.SessionRecord{}, entrance.FailureRecord{},
	console.Account{}, console.Session{}, console.Link{}, console.View{}, console.Judgement{}, console.Deed{}, console.DayHours{},
	moderation.Trace{},
}

// Values are kept by the names of their structs' fields, and the structs are
// other packages'. A field may be added to them; one that is renamed or changes
// its type would lose what cities have in their files, and fails here.
func TestGolden(t *testing.T) {
	for _, k := range kinds {
		v := reflect.New(reflect.TypeOf(k))
		n := 0
		fill(v.Elem(), &n)
		name := fmt.Sprintf("%v.hex", v.Elem().Type())
		path := filepath.Join("testdata", name)
		if *update {
			b, err := encode(v.Interface())
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(hex.EncodeToString(b)+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Errorf("no golden value (go test -run Golden -update writes it): %v", err)
			continue
		}
		b, err := hex.DecodeString(string(bytes.TrimSpace(text)))
		if err != nil || len(b) == 0 || b[0] != valueVersion {
			t.Errorf("%s: not a golden value: %v", name, err)
			continue
		}
		got := reflect.New(v.Elem().Type())
		d := msgpack.NewDecoder(bytes.NewReader(b[1:]))
		d.DisallowUnknownFields(true)
		if err := d.Decode(got.Interface()); err != nil {
			t.Errorf("%s: a field was renamed or changed: %v", name, err)
			continue
		}
		if err := decode(b, got.Interface()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if *update && !reflect.DeepEqual(norm(got.Elem().Interface()), norm(v.Elem().Interface())) {
			t.Errorf("%s: reads as\n%+v, not\n%+v", name, got.Elem(), v.Elem())
		}

	}
}

// fill gives every field a value of its own.
func fill(v reflect.Value, n *int) {
	*n++
	if _, ok := v.Interface().(time.Time); ok {
		v.Set(reflect.ValueOf(time.Unix(1e9, int64(*n))))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), n)
		}
	case reflect.String:
		v.SetString(fmt.Sprint("あ", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(*n % 100))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(*n%200) / 2)
	default:
		v.SetUint(uint64(*n % 200))
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{valueVersion})
	f.Add([]byte{valueVersion, 0xdd, 4, 0, 0, 0})
	f.Add([]byte{valueVersion, 0xc6, 0x7f, 0xff, 0xff, 0xff})
	if b, err := encode(fresh(3)); err == nil {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var c entrance.CodeRecord // flat: what a damaged page can ask for is bounded by its bytes
		_ = decode(b, &c)
	})
}
