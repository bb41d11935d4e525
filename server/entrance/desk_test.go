package entrance

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/nacl/box"

	"kakitsubata/assets/words"
	"kakitsubata/protocol/id"
)

// A bench is a desk with a clock that the test turns.
type bench struct {
	*Desk
	t     *testing.T
	store *Memory
	now   atomic.Int64
	alarm chan Alarm
}

func (b *bench) pass(d time.Duration) { b.now.Add(int64(d)) }
func (b *bench) time() time.Time      { return time.Unix(0, b.now.Load()) }

// words are 32 times 32 pairs of syllables that no fold makes alike.
func testWords() []string {
	row := strings.Split("か き く け こ さ し す せ そ た ち つ て と な に ぬ ね の は ひ ふ へ ほ ま み む め も ら り", " ")
	var out []string
	for _, a := range row {
		for _, b := range row {
			out = append(out, a+b+"ん")
		}
	}
	return out
}

func newBench(t *testing.T, change func(*Options)) *bench {
	t.Helper()
	b := &bench{t: t, store: NewMemory(), alarm: make(chan Alarm, 16)}
	b.now.Store(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC).UnixNano())
	o := Options{
		Store: b.store, City: "kariya", Key: []byte(strings.Repeat("k", 32)),
		Names: Names{[]string{"ふわふわ", "きらきら", "のんびり"}, []string{"ペンギン", "うさぎ", "どんぐり", "メロン"}},
		Words: testWords(), Now: b.time, Alarm: func(a Alarm) { b.alarm <- a },
	}
	if change != nil {
		change(&o)
	}
	d, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	b.Desk = d
	return b
}

func (b *bench) mint(batch string, count, uses int, life time.Duration) []string {
	b.t.Helper()
	codes, err := b.MintCodes(ctx, Batch{
		ID: batch, Label: "東小学校 1年", Bracket: id.El12, Count: count, Uses: uses, Expires: b.time().Add(life),
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return codes
}

func (b *bench) redeem(code string) Pass {
	b.t.Helper()
	a, err := b.Redeem(ctx, code)
	if err != nil {
		b.t.Fatal(err)
	}
	return a.Pass
}

// visitor comes in with a code of its own.
func (b *bench) visitor(name string) (Visitor, string, Ticket) {
	b.t.Helper()
	code := b.mint(fmt.Sprintf("of-%d", b.now.Add(1)), 1, 1, time.Hour)[0]
	v, words, ticket, err := b.Register(ctx, b.redeem(code), name, id.NewLook(1, 2, 3, 4, 5, 1))
	if err != nil {
		b.t.Fatal(err)
	}
	return v, words, ticket
}

var ctx = context.Background()

func want(t *testing.T, what string, got, err error) {
	t.Helper()
	if !errors.Is(got, err) || err == nil && got != nil {
		t.Errorf("%s: %v, want %v", what, got, err)
	}
}

func TestComingInAndBack(t *testing.T) {
	b := newBench(t, nil)
	code := b.mint("east-1", 1, 1, time.Hour)[0]
	a, err := b.Redeem(ctx, code)
	if err != nil || a.Bracket != id.El12 || !a.Until.Equal(b.time().Add(30*time.Minute)) {
		t.Fatalf("Redeem = %+v, %v", a, err)
	}
	names, err := b.Offer(ctx, a.Pass)
	if err != nil || len(names) != offers {
		t.Fatalf("Offer = %q, %v", names, err)
	}
	look := id.NewLook(1, 2, 3, 4, 5, 1)
	v, words, ticket, err := b.Register(ctx, a.Pass, names[0], look)
	if err != nil {
		t.Fatal(err)
	}
	if v.ID == 0 || v.Name != names[0] || v.Bracket != id.El12 || v.Look != look || v.City != "kariya" || len(strings.Fields(words)) != 4 {
		t.Fatalf("Register = %+v, %q", v, words)
	}
	if got, err := b.Peek(ctx, ticket); err != nil || got.ID != v.ID {
		t.Errorf("Peek = %+v, %v", got, err)
	}
	again, next, err := b.Resume(ctx, ticket)
	if err != nil || again.ID != v.ID || next == ticket {
		t.Errorf("Resume = %+v, %v", again, err)
	}
	back, third, err := b.Return(ctx, names[0], words)
	if err != nil || back.ID != v.ID || third == next {
		t.Errorf("Return = %+v, %v", back, err)
	}
	want(t, "Forget", b.Forget(ctx, third), nil)
	_, err = b.Peek(ctx, third)
	want(t, "Peek after Forget", err, ErrTicket)
	if _, err = b.Peek(ctx, next); err != nil {
		t.Errorf("signing one browser out signed another out: %v", err)
	}
	want(t, "Forget twice", b.Forget(ctx, third), nil)
	if _, _, err = b.Resume(ctx, next); err != nil {
		t.Error(err)
	}
}

func TestCodesThatAreRefused(t *testing.T) {
	b := newBench(t, nil)
	good := b.mint("good", 1, 1, time.Hour)[0]
	old := b.mint("old", 1, 1, time.Minute)[0]
	gone := b.mint("gone", 1, 1, time.Hour)[0]
	used := b.mint("used", 1, 1, time.Hour)[0]
	if _, _, _, err := b.Register(ctx, b.redeem(used), "ふわふわうさぎ", 0); err != nil {
		t.Fatal(err)
	}
	want(t, "RevokeBatch", b.RevokeBatch(ctx, "gone"), nil)
	want(t, "RevokeBatch twice", b.RevokeBatch(ctx, "gone"), nil)
	want(t, "RevokeBatch of nothing", b.RevokeBatch(ctx, "nothing"), ErrBatch)
	b.pass(2 * time.Minute)
	stranger := newBench(t, nil).mint("stranger", 1, 1, time.Hour)[0]
	for _, x := range []struct {
		what, code string
		err        error
	}{
		{"a good one", good, nil},
		{"in small letters, without dashes", strings.ToLower(strings.ReplaceAll(good, "-", "")), nil},
		{"without the prefix, with blanks", strings.ReplaceAll(strings.TrimPrefix(good, "KKT-"), "-", " "), nil},
		{"in full-width letters and long dashes", wide(good), nil},
		{"an expired one", old, ErrExpired},
		{"a revoked one", gone, ErrRevoked},
		{"a used one", used, ErrUsed},
		{"another city's", stranger, ErrCode},
		{"nothing", "", ErrCode},
		{"a cut one", good[:len(good)-1], ErrCode},
		{"a long one", good + "0", ErrCode},
		{"another prefix", "KKX" + good[3:], ErrCode},
		{"kana", "かきつばた", ErrCode},
		{"a very long one", strings.Repeat("A", 1<<16), ErrCode},
	} {
		_, err := b.Redeem(ctx, x.code)
		want(t, x.what, err, x.err)
	}
}

func wide(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' {
			return 'ー'
		}
		return r - '!' + '！'
	}, s)
}

// Every single wrong sign, and every swap of neighbours, is seen without
// asking the store.
func TestCheckSign(t *testing.T) {
	for range 200 {
		printed, canonical, err := printCode(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := readCode(printed); err != nil || got != canonical {
			t.Fatalf("readCode(%q) = %q, %v", printed, got, err)
		}
		for i := range canonical {
			for _, c := range []byte(alphabet) {
				x := []byte(canonical)
				if x[i] == c {
					continue
				}
				x[i] = c
				if _, err := readCode(string(x)); err == nil {
					t.Fatalf("%s passes for %s", x, canonical)
				}
			}
			if i == 0 || canonical[i] == canonical[i-1] {
				continue
			}
			x := []byte(canonical)
			x[i], x[i-1] = x[i-1], x[i]
			if _, err := readCode(string(x)); err == nil {
				t.Fatalf("%s passes for %s", x, canonical)
			}
		}
	}
}

func TestAdmissionsThatAreRefused(t *testing.T) {
	b := newBench(t, nil)
	code := b.mint("one", 1, 2, time.Hour)[0]
	p := b.redeem(code)
	forged := Pass(strings.Replace(string(p), string(p[3]), string(p[3]^1), 1))
	register := func(p Pass, name string, look id.Look) error {
		_, _, _, err := b.Register(ctx, p, name, look)
		return err
	}
	want(t, "a forged pass", register(forged, "ふわふわうさぎ", 0), ErrAdmission)
	want(t, "an empty pass", register("", "ふわふわうさぎ", 0), ErrAdmission)
	want(t, "a typed name", register(p, "やまだたろう", 0), ErrName)
	want(t, "half a name", register(p, "ふわふわ", 0), ErrName)
	want(t, "no look", register(p, "ふわふわうさぎ", 0xffffff), ErrLook)
	_, err := b.Offer(ctx, forged)
	want(t, "Offer for a forged pass", err, ErrAdmission)
	q := b.redeem(code)
	want(t, "the first", register(p, "ふわふわうさぎ", 0), nil)
	want(t, "the same name", register(q, "ふわふわうさぎ", 0), ErrTaken)
	b.pass(31 * time.Minute)
	want(t, "too late", register(q, "ふわふわメロン", 0), ErrAdmission)
	q = b.redeem(code)
	want(t, "RevokeBatch", b.RevokeBatch(ctx, "one"), nil)
	want(t, "withdrawn meanwhile", register(q, "ふわふわメロン", 0), ErrRevoked)
}

// The answer of a Register can get lost: the same request gives the same
// visitor, until its ticket was used.
func TestRegisterAgain(t *testing.T) {
	b := newBench(t, nil)
	p := b.redeem(b.mint("one", 1, 1, time.Hour)[0])
	v1, words1, _, err := b.Register(ctx, p, "ふわふわうさぎ", 0)
	if err != nil {
		t.Fatal(err)
	}
	_, _, _, err = b.Register(ctx, p, "ふわふわメロン", 0)
	want(t, "the same pass for another name", err, ErrAdmission)
	v2, words2, ticket, err := b.Register(ctx, p, "ふわふわうさぎ", 0)
	if err != nil || v2.ID != v1.ID || words2 == words1 {
		t.Fatalf("again: %+v %q, %v", v2, words2, err)
	}
	_, _, err = b.Return(ctx, "ふわふわうさぎ", words1)
	want(t, "the lost words", err, ErrPassphrase)
	if _, _, err := b.Resume(ctx, ticket); err != nil {
		t.Error(err)
	}
	_, _, _, err = b.Register(ctx, p, "ふわふわうさぎ", 0)
	want(t, "after the ticket was used", err, ErrAdmission)
}

// A code with n uses lets exactly n of many in at once, and a name has one
// bearer.
func TestRegisterRace(t *testing.T) {
	for _, uses := range []int{1, 3} {
		b := newBench(t, nil)
		code := b.mint("one", 1, uses, time.Hour)[0]
		var passes []Pass
		for range 12 {
			passes = append(passes, b.redeem(code))
		}
		var in, out atomic.Int32
		var wg sync.WaitGroup
		for i, p := range passes {
			name := b.o.Names.First[i%3] + b.o.Names.Second[i%4]
			wg.Go(func() {
				switch _, _, _, err := b.Register(ctx, p, name, 0); {
				case err == nil:
					in.Add(1)
				case errors.Is(err, ErrUsed):
					out.Add(1)
				default:
					t.Errorf("a racing Register: %v", err)
				}
			})
		}
		wg.Wait()
		if in.Load() != int32(uses) || out.Load() != int32(12-uses) {
			t.Errorf("%d uses let %d in and %d not", uses, in.Load(), out.Load())
		}
	}

	b := newBench(t, nil)
	code := b.mint("one", 1, 20, time.Hour)[0]
	var in atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		p := b.redeem(code)
		wg.Go(func() {
			_, _, _, err := b.Register(ctx, p, "ふわふわうさぎ", 0)
			if err == nil {
				in.Add(1)
			} else if !errors.Is(err, ErrTaken) {
				t.Errorf("a racing Register: %v", err)
			}
		})
	}
	wg.Wait()
	if in.Load() != 1 {
		t.Errorf("%d visitors have one name", in.Load())
	}
}

func TestOfferIsFree(t *testing.T) {
	b := newBench(t, func(o *Options) { o.Decent = func(n string) bool { return n != "のんびりメロン" } })
	taken := map[string]bool{}
	code := b.mint("many", 1, 20, time.Hour)[0]
	for {
		p := b.redeem(code)
		names, err := b.Offer(ctx, p)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range names {
			if taken[n] || n == "のんびりメロン" {
				t.Errorf("offered %s, which is not to be had", n)
			}
		}
		if len(names) == 0 {
			break
		}
		if _, _, _, err := b.Register(ctx, p, names[0], 0); err != nil {
			t.Fatal(err)
		}
		taken[names[0]] = true
	}
	if len(taken) != 11 {
		t.Errorf("%d of 11 names were given", len(taken))
	}
}

func TestReturnAsTyped(t *testing.T) {
	b := newBench(t, nil)
	v, words, _ := b.visitor("ふわふわペンギン")
	f := strings.Fields(words)
	katakana := strings.Map(func(r rune) rune {
		if r >= 'ぁ' && r <= 'ん' {
			return r - 'ぁ' + 'ァ'
		}
		return r
	}, words)
	for what, typed := range map[string]string{
		"as given":         words,
		"without blanks":   strings.Join(f, ""),
		"in katakana":      katakana,
		"wide blanks":      "　" + strings.Join(f, "　") + "　",
		"with punctuation": strings.Join(f, "、") + "。",
		"with dots":        strings.ReplaceAll(words, "か", "が"),
		"long vowels":      strings.ReplaceAll(words, "ん", "ーん"),
	} {
		got, _, err := b.Return(ctx, "ふわふわペンギン", typed)
		if err != nil || got.ID != v.ID {
			t.Errorf("%s (%q): %+v, %v", what, typed, got, err)
		}
	}
	for _, name := range []string{"ふわふわぺんぎん", " フワフワ ペンギン ", "ﾌﾜﾌﾜﾍﾟﾝｷﾞﾝ"} {
		if _, _, err := b.Return(ctx, name, words); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	slices.Reverse(f)
	_, _, err := b.Return(ctx, "ふわふわペンギン", strings.Join(f, " "))
	want(t, "in another order", err, ErrPassphrase)
	_, _, err = b.Return(ctx, "ふわふわペンギン", "")
	want(t, "no words", err, ErrPassphrase)
	_, _, err = b.Return(ctx, "", "")
	want(t, "nothing", err, ErrPassphrase)
	_, _, err = b.Return(ctx, strings.Repeat("あ", 1<<16), words)
	want(t, "a very long name", err, ErrPassphrase)
}

func TestFold(t *testing.T) {
	for _, x := range [][2]string{
		{"おかあさん", "おかーさん"}, {"がっこう", "カツコ"}, {"をどり", "おとり"}, {"ちゃわん", "チヤワン"},
		{"ぱん だ", "はんた"}, {"ｶﾞｯｺｳ", "がっこう"}, {"とけい", "とけえ"},
	} {
		if foldWords(x[0]) != foldWords(x[1]) {
			t.Errorf("%s and %s differ: %s, %s", x[0], x[1], foldWords(x[0]), foldWords(x[1]))
		}
	}
	for _, x := range [][2]string{{"ねこ", "いぬ"}, {"いえ", "い"}, {"あお", "あ"}, {"かさ", "かき"}} {
		if foldWords(x[0]) == foldWords(x[1]) {
			t.Errorf("%s and %s are the same: %s", x[0], x[1], foldWords(x[0]))
		}
	}
}

// A wrong try for a name that nobody has takes the same way through the store
// and the same delays as one for a name that somebody has.
func TestUnknownNameCostsTheSame(t *testing.T) {
	b := newBench(t, nil)
	b.visitor("ふわふわうさぎ")
	script := func(name string) (out []string) {
		spy := &spyStore{Store: b.store}
		b.o.Store = spy
		defer func() { b.o.Store = b.store }()
		for range 6 {
			_, _, err := b.Return(ctx, name, "ちがう")
			out = append(out, fmt.Sprint(err, spy.log))
			spy.log = nil
		}
		return out
	}
	known, unknown := script("ふわふわうさぎ"), script("きらきらうさぎ")
	if !slices.Equal(known, unknown) {
		t.Errorf("a known name: %q\nan unknown one: %q", known, unknown)
	}
	if !strings.Contains(known[5], ErrTired.Error()) {
		t.Errorf("the sixth wrong try in a row: %s", known[5])
	}
}

// spyStore notes which records a transaction touches, without keys.
type spyStore struct {
	Store
	log []string
}

func (s *spyStore) UpdateEntrance(ctx context.Context, c id.CityID, f func(Tx) error) error {
	return s.Store.UpdateEntrance(ctx, c, func(tx Tx) error { return f(&spyTx{tx, s}) })
}

type spyTx struct {
	Tx
	s *spyStore
}

func (x *spyTx) note(s string) { x.s.log = append(x.s.log, s) }
func (x *spyTx) Failures(n uint16) (FailureRecord, error) {
	x.note("failures")
	return x.Tx.Failures(n)
}
func (x *spyTx) PutFailures(n uint16, r FailureRecord) error {
	x.note("put failures")
	return x.Tx.PutFailures(n, r)
}
func (x *spyTx) Named(k string) (id.VisitorID, bool, error) { x.note("named"); return x.Tx.Named(k) }
func (x *spyTx) Visitor(v id.VisitorID) (VisitorRecord, bool, error) {
	x.note("visitor")
	return x.Tx.Visitor(v)
}
func (x *spyTx) Sessions(v id.VisitorID) ([]SessionRecord, error) {
	x.note("sessions")
	return x.Tx.Sessions(v)
}

func TestWrongWordsDelay(t *testing.T) {
	b := newBench(t, nil)
	_, words, _ := b.visitor("ふわふわうさぎ")
	wrong := func() error { _, _, err := b.Return(ctx, "ふわふわうさぎ", "ちがう"); return err }
	for range freeFailures {
		want(t, "a free failure", wrong(), ErrPassphrase)
	}
	waits := []time.Duration{1, 2, 4, 8, 16, 30, 30}
	for _, sec := range waits {
		var tired *Tired
		if err := wrong(); !errors.As(err, &tired) || tired.Wait != sec*time.Second {
			t.Fatalf("%v, want a wait of %v s", err, sec)
		}
		_, _, err := b.Return(ctx, "ふわふわうさぎ", words)
		want(t, "the right words while waiting", err, ErrTired)
		b.pass(tired.Wait)
		want(t, "after the wait", wrong(), ErrPassphrase)
	}
	b.pass(maxFailDelay)
	if _, _, err := b.Return(ctx, "ふわふわうさぎ", words); err != nil {
		t.Fatal(err)
	}
	want(t, "the count begins anew", wrong(), ErrPassphrase)
	want(t, "the count begins anew", wrong(), ErrPassphrase)
	b.pass(failuresFade + time.Second)
	for range freeFailures {
		want(t, "failures fade", wrong(), ErrPassphrase)
	}
}

func TestTiredEntrance(t *testing.T) {
	b := newBench(t, func(o *Options) { o.WrongBurst, o.WrongEvery = 5, time.Second })
	good := b.mint("good", 1, 100, time.Hour)[0]
	guess := func() error {
		printed, _, _ := printCode(rand.Reader)
		_, err := b.Redeem(ctx, printed)
		return err
	}
	for range 20 { // what is right, and what can't be right, is free
		b.redeem(good)
		_, err := b.Redeem(ctx, good[:len(good)-1]+"?")
		want(t, "a slip of the pen", err, ErrCode)
	}
	for range 4 {
		want(t, "a guess", guess(), ErrCode)
	}
	select {
	case a := <-b.alarm:
		t.Fatalf("an early alarm: %+v", a)
	default:
	}
	want(t, "the last guess", guess(), ErrCode)
	if a := <-b.alarm; a.Wrong != 5 || a.City != "kariya" || !a.At.Equal(b.time()) {
		t.Errorf("alarm = %+v", a)
	}
	var tired *Tired
	if err := guess(); !errors.As(err, &tired) || tired.Wait != time.Second {
		t.Fatalf("%v, want a wait of 1 s", err)
	}
	_, err := b.Redeem(ctx, good)
	want(t, "a good code while tired", err, ErrTired)
	_, _, err = b.Return(ctx, "ふわふわうさぎ", "ちがう")
	want(t, "words while tired", err, ErrTired)
	b.pass(time.Second)
	b.redeem(good)
	want(t, "one more guess", guess(), ErrCode)
	want(t, "tired again", guess(), ErrTired)
	select {
	case a := <-b.alarm:
		t.Errorf("staff are told twice of one siege: %+v", a)
	default:
	}
	b.pass(alarmEvery)
	for range 5 {
		want(t, "rested", guess(), ErrCode)
	}
	if a := <-b.alarm; a.Wrong != 5 {
		t.Errorf("the second siege: %+v", a)
	}
}

// The budget never lets more wrong tries through than burst and rate allow,
// however they come.
func TestBudgetBound(t *testing.T) {
	b := budget{burst: 7, step: 300 * time.Millisecond}
	start := time.Unix(1e9, 0)
	now, wrong := start, 0
	for i := range 5000 {
		now = now.Add(time.Duration((i*7919)%97) * time.Millisecond)
		if b.take(now) > 0 {
			continue
		}
		if i%3 == 0 {
			b.giveBack()
			continue
		}
		b.guessed(now)
		wrong++
		if most := 7 + int(now.Sub(start)/b.step); wrong > most {
			t.Fatalf("%d wrong tries after %v, at most %d", wrong, now.Sub(start), most)
		}
	}
	if wrong < 780 {
		t.Errorf("only %d tries went through", wrong)
	}
}

func TestEnvelope(t *testing.T) {
	public, private, err := box.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t, func(o *Options) { o.SealTo = public })
	v, _, _ := b.visitor("ふわふわうさぎ")
	w, _, _ := b.visitor("ふわふわメロン")
	rec := b.store.city("kariya").visitors[v.ID]
	o, err := OpenEnvelope(rec.Sealed, public, private)
	if err != nil || o.Label != "東小学校 1年" || o.Visitor != v.ID || o.City != "kariya" || o.Batch == "" {
		t.Errorf("OpenEnvelope = %+v, %v", o, err)
	}
	if other := b.store.city("kariya").visitors[w.ID]; len(other.Sealed) != len(rec.Sealed) || string(other.Sealed) == string(rec.Sealed) {
		t.Error("an envelope tells something by its length or bytes")
	}
	wrong, key, _ := box.GenerateKey(rand.Reader)
	_, err = OpenEnvelope(rec.Sealed, wrong, key)
	want(t, "with another key", err, ErrSealed)

	b = newBench(t, nil)
	v, _, _ = b.visitor("ふわふわうさぎ")
	if rec := b.store.city("kariya").visitors[v.ID]; rec.Sealed != nil || strings.Contains(fmt.Sprintf("%+v", rec), "東小学校") {
		t.Errorf("without a key the origin is kept: %+v", rec)
	}
}

func TestBatchesThatAreRefused(t *testing.T) {
	b := newBench(t, nil)
	ok := Batch{ID: "a", Bracket: id.High, Count: 1, Uses: 1, Expires: b.time().Add(time.Hour)}
	for what, change := range map[string]func(*Batch){
		"no id":        func(x *Batch) { x.ID = "" },
		"a bad id":     func(x *Batch) { x.ID = "東" },
		"no bracket":   func(x *Batch) { x.Bracket = 0 },
		"no codes":     func(x *Batch) { x.Count = 0 },
		"many codes":   func(x *Batch) { x.Count = 1e6 },
		"no uses":      func(x *Batch) { x.Uses = 0 },
		"past":         func(x *Batch) { x.Expires = b.time() },
		"a long label": func(x *Batch) { x.Label = strings.Repeat("x", 301) },
	} {
		x := ok
		change(&x)
		_, err := b.MintCodes(ctx, x)
		want(t, what, err, ErrBatch)
	}
	_, err := b.MintCodes(ctx, ok)
	want(t, "a good one", err, nil)
	_, err = b.MintCodes(ctx, ok)
	want(t, "the same id", err, ErrBatch)
	list, err := b.Batches(ctx)
	if err != nil || len(list) != 1 || list[0].ID != "a" {
		t.Errorf("Batches = %+v, %v", list, err)
	}
}

// What is stored never holds a code, words or ticket in the clear.
func TestNothingInTheClear(t *testing.T) {
	b := newBench(t, nil)
	code := b.mint("one", 1, 1, time.Hour)[0]
	_, words, ticket, err := b.Register(ctx, b.redeem(code), "ふわふわうさぎ", 0)
	if err != nil {
		t.Fatal(err)
	}
	_, next, err := b.Resume(ctx, ticket)
	if err != nil {
		t.Fatal(err)
	}
	secret, _ := readTicket(next)
	m := b.store.city("kariya")
	m.undo = nil
	all := fmt.Sprintf("%+v", *m)
	for _, s := range []string{code, strings.ReplaceAll(code[4:], "-", ""), words, foldWords(words), string(ticket), string(next), fmt.Sprint(secret)} {
		if strings.Contains(all, s) {
			t.Errorf("the store holds %q", s)
		}
	}
	for _, s := range []any{ticket, Pass("secret")} {
		if out := fmt.Sprintf("%v %s %+v %q", s, s, s, s); strings.Contains(out, "secret") || strings.Contains(out, string(ticket)) {
			t.Errorf("it prints as %s", out)
		}
	}
}

func TestOptionsThatAreRefused(t *testing.T) {
	good := Options{Store: NewMemory(), City: "kariya", Key: make([]byte, 32), Names: Names{[]string{"a"}, []string{"b"}}, Words: testWords()}
	for what, change := range map[string]func(*Options){
		"no store":    func(o *Options) { o.Store = nil },
		"no city":     func(o *Options) { o.City = "" },
		"short key":   func(o *Options) { o.Key = o.Key[:31] },
		"no names":    func(o *Options) { o.Names.Second = nil },
		"few words":   func(o *Options) { o.Words = o.Words[:1023] },
		"words alike": func(o *Options) { o.Words = append(slices.Clone(o.Words), "がかん") },
	} {
		o := good
		change(&o)
		if _, err := New(o); err == nil {
			t.Errorf("%s: no error", what)
		}
	}
	if _, err := New(good); err != nil {
		t.Error(err)
	}
}

func TestSentences(t *testing.T) {
	for _, err := range []error{ErrCode, ErrUsed, ErrExpired, ErrRevoked, ErrAdmission, ErrName, ErrTaken, ErrLook, ErrPassphrase, &Tired{}, ErrTicket} {
		if k := Sentence(fmt.Errorf("wrapped: %w", err)); k == "entrance.fault" {
			t.Errorf("%v has no sentence", err)
		}
	}
	if k := Sentence(errors.New("the disk")); k != "entrance.fault" {
		t.Errorf("a fault is told as %s", k)
	}
}

// The lists that ship with the program are good enough for New, and every
// passphrase of theirs can be told from every other word by word.
func TestListsThatShip(t *testing.T) {
	b := newBench(t, func(o *Options) {
		o.Names, o.Words = Names{words.NameFirst(), words.NameSecond()}, words.Passphrase()
	})
	code := b.mint("many", 1, 50, time.Hour)[0]
	for range 50 {
		p := b.redeem(code)
		names, err := b.Offer(ctx, p)
		if err != nil || len(names) != offers {
			t.Fatalf("Offer = %q, %v", names, err)
		}
		v, phrase, _, err := b.Register(ctx, p, names[0], 0)
		if err != nil {
			t.Fatal(err)
		}
		if got, _, err := b.Return(ctx, names[0], strings.ReplaceAll(phrase, " ", "　")); err != nil || got.ID != v.ID {
			t.Errorf("%s with %q: %v", names[0], phrase, err)
		}
	}
}
