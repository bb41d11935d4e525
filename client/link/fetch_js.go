//go:build js

package link

import (
	"context"
	"syscall/js"
)

// Fetch gets the file at url, of at most limit bytes, by the browser's fetch.
// It waits, so it must not be called from a js callback.
func Fetch(ctx context.Context, url string, limit int) ([]byte, error) {
	type result struct {
		b   []byte
		err error
	}
	done := make(chan result, 1)
	var onResponse, onBytes, onError js.Func
	onError = js.FuncOf(func(js.Value, []js.Value) any {
		done <- result{err: ErrFetch}
		return nil
	})
	onBytes = js.FuncOf(func(_ js.Value, args []js.Value) any {
		view := js.Global().Get("Uint8Array").New(args[0])
		if view.Length() > limit {
			done <- result{err: ErrFetch}
			return nil
		}
		b := make([]byte, view.Length())
		js.CopyBytesToGo(b, view)
		done <- result{b: b}
		return nil
	})
	onResponse = js.FuncOf(func(_ js.Value, args []js.Value) any {
		if !args[0].Get("ok").Bool() {
			done <- result{err: ErrFetch}
			return nil
		}
		args[0].Call("arrayBuffer").Call("then", onBytes, onError)
		return nil
	})
	js.Global().Call("fetch", url).Call("then", onResponse, onError)
	select {
	case r := <-done:
		onResponse.Release()
		onBytes.Release()
		onError.Release()
		return r.b, r.err
	case <-ctx.Done():
		return nil, ctx.Err() // the promise may still call: its functions are kept
	}
}
