package console

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// transport tells whether a request came encrypted, and whether staff pages
// may answer it: over TLS, through a named proxy that says it had TLS, or from
// this machine to this machine.
func (c *Console) transport(r *http.Request) (encrypted, allowed bool) {
	if r.TLS != nil {
		return true, true
	}
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return false, false
	}
	addr := from.Addr().Unmap()
	for _, p := range c.proxies {
		if p.Contains(addr) {
			https := r.Header.Get("X-Forwarded-Proto") == "https" && len(r.Header.Values("X-Forwarded-Proto")) == 1
			return https, https
		}
	}
	// A proxy that nobody named may sit on this machine too: its marks, or a
	// foreign host name, give it away.
	for _, mark := range [...]string{"Forwarded", "X-Forwarded-Proto", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via"} {
		if r.Header.Get(mark) != "" {
			return false, false
		}
	}
	return false, addr.IsLoopback() && loopbackHost(r.Host)
}

func loopbackHost(hostport string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	a, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && a.Unmap().IsLoopback()
}

// sameOrigin tells whether a request that changes something comes from our
// own pages. Browsers set both headers and let no script touch them; a request
// with neither is refused, since every browser we serve sends one on a POST.
func (c *Console) sameOrigin(r *http.Request) bool {
	site, origin := r.Header.Get("Sec-Fetch-Site"), r.Header.Get("Origin")
	if site == "" && origin == "" {
		return false
	}
	if site != "" && site != "same-origin" {
		return false
	}
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	if err != nil || !strings.EqualFold(u.Host, r.Host) {
		return false
	}
	encrypted, _ := c.transport(r)
	return (u.Scheme == "https") == encrypted
}
