package console

import (
	"bytes"
	"context"
	"html/template"
	"io/fs"
	"net/http"

	"kakitsubata/assets/staff"
)

var pageNames = [...]string{"signin", "link", "fault", "overview", "case", "list", "log", "newcase",
	"hours", "reissue", "feedback", "password", "accounts"}

// parsePages makes one template set for each page: the layout, the fragments
// that live updates also use, and the page's own content.
func (c *Console) parsePages() (map[string]*template.Template, error) {
	pages := make(map[string]*template.Template, len(pageNames))
	for _, name := range pageNames {
		t, err := template.ParseFS(staff.Files, "pages/layout.html", "pages/fragments.html", "pages/"+name+".html")
		if err != nil {
			return nil, err
		}
		pages[name] = t
	}
	return pages, nil
}

// staticFiles serves style and script. They are small and change with the
// build, so browsers ask again each time.
func staticFiles() http.Handler {
	sub, err := fs.Sub(staff.Files, "static")
	if err != nil {
		panic(err) // the name is a constant
	}
	return http.FileServerFS(sub)
}

// flash is one sentence about what was just done.
type flash struct{ Kind, Text string }

// Addresses carry a key of these, never text: nobody can make a page of ours
// say what they like.
var flashes = map[string]flash{
	"acknowledged": {"good", "このケースを受け持ちました。"},
	"whispered":    {"good", "この子だけに届けました。"},
	"muted":        {"good", "発言を止めました。"},
	"unmuted":      {"good", "発言を止めるのをやめました。"},
	"noted":        {"good", "メモを残しました。"},
	"closed":       {"good", "ケースを終了しました。"},
	"reopened":     {"good", "ケースをもう一度開きました。"},
	"opened":       {"good", "ケースを開きました。あなたが受け持ちます。"},
	"hours":        {"good", "あける時間を変えました。"},
	"password":     {"good", "パスワードを変えました。"},
	"account":      {"good", "アカウントを変えました。"},
	"out":          {"good", "サインアウトしました。"},
	"away":         {"bad", "この子はいま市の中にいないため、できませんでした。"},
	"refused":      {"bad", "そのことばは送れませんでした。言いかえてください。"},
	"state":        {"bad", "ほかの人が先に対応していたため、できませんでした。いまの状態を確かめてください。"},
	"empty":        {"bad", "書きこみが空か、長すぎます。"},
	"retracted":    {"good", "みんなの画面から取り消しました。本人には、やさしい文でわけを伝えています。"},
	"judged":       {"good", "判断を残しました。あとで変えられます。"},
	"judgement":    {"bad", "さきに、機械の判断が正しかったかどうかを「ことば」のところでえらんでください。"},
	"noroom":       {"bad", "その部屋はもう開いていません。"},
	"self":         {"bad", "自分のアカウントは止められません。"},
	"name":         {"bad", "その名前は使えません。24字までの文字・数字・「-」「_」「.」にしてください。"},
}

type pageView struct {
	Title string
	City  string
	Who   string
	Lead  bool
	Tab   string
	Live  string // query of the live stream
	Tally tally
	Flash *flash
	Body  any
}

func flashOf(r *http.Request) *flash {
	if f, ok := flashes[r.URL.Query().Get("did")]; ok {
		return &f
	}
	return nil
}

// show sends a page to somebody who is signed in.
func (c *Console) show(v visit, page, tab, title string, body any) {
	c.showWith(v, http.StatusOK, flashOf(v.r), page, tab, title, body)
}

// showWith is show with a status and a sentence of one's own.
func (c *Console) showWith(v visit, status int, f *flash, page, tab, title string, body any) {
	all, err := c.cases.Live(v.r.Context())
	if err != nil {
		c.broken(v.w, v.r, err)
		return
	}
	_, t := c.waiting(all)
	c.render(v.w, status, page, pageView{
		Title: title, City: c.live.State().Title, Who: string(v.account.Staff), Lead: v.account.Role >= RoleLead,
		Tab: tab, Live: v.live, Tally: t, Flash: f, Body: body,
	})
}

// showOut sends a page to anybody.
func (c *Console) showOut(w http.ResponseWriter, status int, page, title string, f *flash, body any) {
	c.render(w, status, page, pageView{Title: title, City: c.live.State().Title, Flash: f, Body: body})
}

func (c *Console) render(w http.ResponseWriter, status int, page string, v pageView) {
	var b bytes.Buffer
	if err := c.pages[page].ExecuteTemplate(&b, "layout", v); err != nil {
		c.log.Error("console: a page cannot be drawn", "page", page, "err", err)
		http.Error(w, "画面をつくれませんでした。", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // a browser that left is no fault
}

// fragment draws one part of a page.
func (c *Console) fragment(name string, body any) (string, error) {
	var b bytes.Buffer
	err := c.pages["overview"].ExecuteTemplate(&b, name, body)
	return b.String(), err
}

// fault says in a sentence why there is no page.
func (c *Console) fault(w http.ResponseWriter, _ *http.Request, status int, why string) {
	c.showOut(w, status, "fault", "開けませんでした", nil, why)
}

// broken answers for a fault of ours; staff read a sentence, the log the chain.
func (c *Console) broken(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() == context.Canceled {
		return
	}
	c.log.Error("console: a request failed", "path", r.Pattern, "err", err)
	c.fault(w, r, http.StatusServiceUnavailable, "サーバーの中でうまくいかないことがありました。少し待って、もう一度お試しください。")
}

// back returns to a page after a deed, with a word about it.
func back(w http.ResponseWriter, r *http.Request, path, did string) {
	http.Redirect(w, r, path+"?did="+did, http.StatusSeeOther)
}
