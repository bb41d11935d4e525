package console

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"kakitsubata/protocol/id"
)

func TestPasswordsAreArgon2id(t *testing.T) {
	h := newHasher()
	ctx := context.Background()
	a, err := h.hash(ctx, goodPassword)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(a, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("%s", a)
	}
	if b, _ := h.hash(ctx, goodPassword); a == b {
		t.Fatal("two hashes with one salt")
	}
	for password, want := range map[string]bool{
		goodPassword:         true,
		"しょうぶ園の朝 ４２":         true, // the other keyboard width
		goodPassword + "x":   false,
		"":                   false,
		"しょうぶ園の朝 42 ":        false,
		strings.ToUpper("x"): false,
	} {
		if ok, err := h.matches(ctx, a, password); err != nil || ok != want {
			t.Errorf("%q: %v %v", password, ok, err)
		}
	}
	if ok, err := h.matches(ctx, h.decoy, goodPassword); err != nil || ok {
		t.Errorf("the decoy: %v %v", ok, err)
	}
}

func TestDamagedHashesAreRefused(t *testing.T) {
	h := newHasher()
	for _, s := range []string{
		"", "x", "$argon2id$v=19$m=19456,t=2,p=1$$", "$argon2i$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$a2V5a2V5a2V5a2V5a2V5",
		"$argon2id$v=19$m=4294967295,t=2,p=1$c2FsdHNhbHQ$a2V5a2V5a2V5a2V5a2V5",
		"$argon2id$v=19$m=19456,t=99999,p=1$c2FsdHNhbHQ$a2V5a2V5a2V5a2V5a2V5",
		"$argon2id$v=19$m=19456,t=2,p=0$c2FsdHNhbHQ$a2V5a2V5a2V5a2V5a2V5",
		"$argon2id$v=18$m=19456,t=2,p=1$c2FsdHNhbHQ$a2V5a2V5a2V5a2V5a2V5",
	} {
		if ok, err := h.matches(context.Background(), s, "x"); ok || !errors.Is(err, errPHC) {
			t.Errorf("%q: %v %v", s, ok, err)
		}
	}
}

func TestHasherIsBounded(t *testing.T) {
	h := newHasher()
	for range argonAtOnce {
		h.slots <- struct{}{}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := h.hash(ctx, goodPassword); !errors.Is(err, errBusy) {
		t.Fatalf("%v", err)
	}
}

func TestNames(t *testing.T) {
	for in, want := range map[string]id.StaffID{
		"Tanaka": "tanaka", " 当番 ": "当番", "ｓｕｚｕｋｉ－1": "suzuki-1", "たなか.花子": "たなか.花子", "サポーター": "サポーター",
		"": "", " ": "", "a b": "", "<b>": "", "a/b": "", "a\x00b": "", "\xff": "", strings.Repeat("あ", MaxName+1): "", "🙂": "", "a\u202eb": "",
	} {
		got, err := CheckName(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q %v", in, got, err)
		}
	}
}

func TestPasswordRules(t *testing.T) {
	for password, ok := range map[string]bool{
		goodPassword: true, "correct horse": true,
		"short": false, "": false, strings.Repeat("ab", 8): false, "tanaka1234": false, strings.Repeat("あいうえお", 26): false, "\xff1234567890": false,
	} {
		if got := CheckPassword("tanaka", password) == nil; got != ok {
			t.Errorf("%q: %v", password, got)
		}
	}
}

func TestTriesForgetAndStayBounded(t *testing.T) {
	var tr tries
	now := time.Unix(0, 0)
	for i := range triesNames * 2 {
		tr.begin(id.StaffID(strings.Repeat("x", i%7)+string(rune('a'+i%26))+id.VisitorID(i).String()), now.Add(time.Duration(i)))
	}
	if len(tr.by) > triesNames {
		t.Fatalf("%d names", len(tr.by))
	}
	for range 20 {
		tr.begin("tanaka", now)
		now = now.Add(triesMax)
	}
	if tr.begin("tanaka", now) != 0 || tr.begin("tanaka", now) > triesMax {
		t.Fatal("a delay beyond the bound")
	}
	now = now.Add(triesForget + time.Second)
	for range triesFree {
		if w := tr.begin("tanaka", now); w != 0 {
			t.Fatalf("not forgotten: %v", w)
		}
	}
}
