package console

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kakitsubata/moderation/casebook"
	"kakitsubata/protocol/id"
)

// Lengths of what staff write, in runes.
const (
	maxWhisper = 200 // as long as what a child may say
	maxNote    = 1000
	maxWhy     = 100
)

// written is a form's text without outer blanks; "" when it is empty, too
// long or not text.
func written(r *http.Request, field string, maxRunes int) string {
	s := strings.TrimSpace(strings.ReplaceAll(r.PostFormValue(field), "\r\n", "\n"))
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > maxRunes {
		return ""
	}
	for _, r := range s {
		if r < ' ' && r != '\n' {
			return ""
		}
	}
	return s
}

// watch writes the look into the log, then asks for a ticket, then sends the
// browser to the client with it.
func (c *Console) watch(v visit) {
	room, err := id.ParseRoomID(v.r.PostFormValue("room"))
	open := slices.ContainsFunc(c.live.Rooms(), func(r RoomCount) bool { return r.Room == room })
	if err != nil || room.City != c.city || !open {
		back(v.w, v.r, root, "noroom")
		return
	}
	if err := c.store.AddView(v.r.Context(), View{City: c.city, At: v.now, Staff: v.account.Staff, Room: room}); err != nil {
		c.broken(v.w, v.r, err)
		return
	}
	ticket, err := c.live.Watch(v.r.Context(), v.account.Staff, room)
	if errors.Is(err, ErrNoRoom) {
		back(v.w, v.r, root, "noroom")
		return
	}
	if err != nil {
		c.broken(v.w, v.r, err)
		return
	}
	c.setCookie(v.w, v.r, WatchCookie, ticket, watchPath, int(watchFor/time.Second))
	http.Redirect(v.w, v.r, "/?watch=1", http.StatusSeeOther)
}

// casePost does one deed on a case and returns to its page.
func (c *Console) casePost(v visit) {
	k, ok := c.findCase(v)
	if !ok {
		return
	}
	var did string
	var err error
	switch v.r.PathValue("deed") {
	case "acknowledge":
		did, err = "acknowledged", c.cases.Acknowledge(v.r.Context(), k.ID, v.account.Staff, "")
	case "note":
		did, err = "noted", c.note(v, k)
	case "whisper":
		did, err = "whispered", c.whisper(v, k)
	case "mute":
		did, err = "muted", c.mute(v, k)
	case "unmute":
		did, err = "unmuted", c.unmute(v, k)
	case "judge":
		did, err = "judged", c.judge(v, k)
	case "retract":
		did, err = "retracted", c.takeBack(v, k)
	case "close":
		did, err = "closed", c.close(v, k)
	case "reopen":
		did, err = "reopened", c.cases.Reopen(v.r.Context(), k.ID, v.account.Staff, "もう一度開いた")
	default:
		c.fault(v.w, v.r, http.StatusNotFound, "その操作はありません。")
		return
	}
	switch {
	case errors.Is(err, ErrAway):
		did = "away"
	case errors.Is(err, ErrRefused):
		did = "refused"
	case errors.Is(err, casebook.ErrState):
		did = "state"
	case errors.Is(err, errEmpty):
		did = "empty"
	case errors.Is(err, errFinding):
		did = "judgement"
	case err != nil:
		c.broken(v.w, v.r, err)
		return
	default:
		c.log.Info("console: a deed on a case", "staff", v.account.Staff, "case", k.ID, "deed", did)
	}
	back(v.w, v.r, root+"case/"+strconv.FormatUint(uint64(k.ID), 10), did)
}

var (
	errEmpty   = errors.New("console: nothing written, or too much")
	errFinding = errors.New("console: no finding was chosen")
)

func (c *Console) note(v visit, k casebook.Case) error {
	text := written(v.r, "text", maxNote)
	if text == "" {
		return errEmpty
	}
	return c.cases.Note(v.r.Context(), k.ID, v.account.Staff, text)
}

// whisper keeps what is said to a child in the case, before it is said.
func (c *Console) whisper(v visit, k casebook.Case) error {
	text := strings.ReplaceAll(written(v.r, "text", maxWhisper), "\n", " ")
	if text == "" {
		return errEmpty
	}
	if !c.live.Presence(k.Visitor).Here {
		return ErrAway
	}
	if err := c.cases.Note(v.r.Context(), k.ID, v.account.Staff, "話しかけた：「"+text+"」"); err != nil {
		return err
	}
	err := c.live.Whisper(v.r.Context(), k.Visitor, v.account.Staff, text)
	if err != nil {
		return errors.Join(err, c.cases.Note(v.r.Context(), k.ID, v.account.Staff, "いまの話しかけは届かなかった。"))
	}
	return nil
}

func (c *Console) mute(v visit, k casebook.Case) error {
	minutes, _ := strconv.Atoi(v.r.PostFormValue("minutes"))
	why := written(v.r, "why", maxWhy)
	if why == "" || !slices.Contains(muteMinutes, minutes) {
		return errEmpty
	}
	if err := c.live.Mute(v.r.Context(), k.Visitor, time.Duration(minutes)*time.Minute, v.account.Staff, why, k.ID); err != nil {
		return err
	}
	return c.cases.Note(v.r.Context(), k.ID, v.account.Staff, fmt.Sprintf("発言を%d分止めた：%s", minutes, why))
}

func (c *Console) unmute(v visit, k casebook.Case) error {
	if err := c.live.Unmute(v.r.Context(), k.Visitor, v.account.Staff); err != nil {
		return err
	}
	return c.cases.Note(v.r.Context(), k.ID, v.account.Staff, "発言を止めるのをやめた。")
}

// close wants a finding first: a case that the machine raised does not end
// without one.
func (c *Console) close(v visit, k casebook.Case) error {
	text := written(v.r, "text", maxNote)
	if text == "" {
		return errEmpty
	}
	if k.State == casebook.Closed {
		return casebook.ErrState
	}
	if open, err := c.unjudged(v, k); err != nil || open {
		return errors.Join(err, errFinding)
	}
	return c.cases.Close(v.r.Context(), k.ID, v.account.Staff, text)
}
