package console

import (
	"errors"
	"net/http"

	"kakitsubata/server/entrance"
)

// A child that has lost its four words, and met a member of staff in person,
// gets new ones once. The old ones, and every device that was signed in, stop
// working: whoever found the paper stays outside.

// maxName is how long a display name can be, in runes.
const maxName = 40

func nobody(err error) bool { return errors.Is(err, entrance.ErrNobody) }

type reissueBody struct {
	Name    string
	Found   *foundView
	Words   []string // shown once
	Visitor string
}

type foundView struct {
	Visitor, Name, Bracket, Created, Seen string
	Here                                  bool
}

func (c *Console) reissuePage(v visit) {
	c.showWith(v, http.StatusOK, flashOf(v.r), "reissue", "now", "あいことばの再発行", reissueBody{})
}

// reissuePost finds the child by its name, and in a second step gives new words.
func (c *Console) reissuePost(v visit) {
	body := reissueBody{Name: written(v.r, "name", maxName)}
	say := func(status int, why string) {
		c.showWith(v, status, &flash{"bad", why}, "reissue", "now", "あいことばの再発行", body)
	}
	if body.Name == "" {
		say(http.StatusUnprocessableEntity, "ここでの名前を入れてください。")
		return
	}
	who, err := c.live.Find(v.r.Context(), body.Name)
	if nobody(err) {
		say(http.StatusNotFound, "その名前の子は見つかりません。ひらがな・カタカナはどちらでもかまいません。")
		return
	}
	if err != nil {
		c.broken(v.w, v.r, err)
		return
	}
	body.Found = &foundView{
		Visitor: who.ID.String(), Name: who.Name, Bracket: bracketLabel(who.Bracket),
		Created: c.clock(who.Created), Seen: c.clock(who.Seen), Here: c.live.Presence(who.ID).Here,
	}
	if v.r.PostFormValue("visitor") == "" { // the first step
		c.showWith(v, http.StatusOK, nil, "reissue", "now", "あいことばの再発行", body)
		return
	}
	why := written(v.r, "why", maxWhy)
	switch {
	case v.r.PostFormValue("visitor") != who.ID.String():
		say(http.StatusConflict, "もう一度、名前からさがしてください。")
		return
	case v.r.PostFormValue("met") != "yes":
		say(http.StatusUnprocessableEntity, "本人と直接会って確かめてから、再発行してください。")
		return
	case why == "":
		say(http.StatusUnprocessableEntity, "いつ、どこで、どう確かめたかを100字までで書いてください。")
		return
	}
	body.Words, err = c.reissue(v, who, why)
	if nobody(err) {
		say(http.StatusNotFound, "その名前の子は見つかりません。")
		return
	}
	if err != nil {
		c.broken(v.w, v.r, err)
		return
	}
	c.showWith(v, http.StatusOK, &flash{"good", "あたらしい あいことばを つくりました。"}, "reissue", "now", "あいことばの再発行", body)
}

// reissue writes the deed first.
func (c *Console) reissue(v visit, who entrance.Visitor, why string) ([]string, error) {
	err := c.store.AddDeed(v.r.Context(), Deed{
		City: c.city, At: v.now, Staff: v.account.Staff, Kind: DeedPassphrase, Visitor: who.ID,
		Text: "「" + who.Name + "」のあいことばを再発行した：" + why,
	})
	if err != nil {
		return nil, err
	}
	words, err := c.live.Reissue(v.r.Context(), who.ID)
	if err != nil {
		return nil, err
	}
	c.log.Info("console: a passphrase was renewed", "staff", v.account.Staff, "visitor", who.ID.String())
	return words, nil
}
