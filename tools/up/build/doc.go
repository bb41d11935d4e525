// Package build turns this tree into what runs: the browser client, packed for
// the wire, and the server's binary. tools/up, tools/check and the journeys all
// build through it, so that what is tested is what is started. It owns the
// layout of the client's folder and nothing that happens after the build; it
// never starts what it built, and never downloads but through the go command.
//
// A client's folder holds
//
//	client.json                  which of the files below are current
//	client-<12 hex>.wasm         and .wasm.br, .wasm.gz beside it
//	text-<12 hex>.wasm           text mode, and its packed forms
//	wasm_exec-<12 hex>.js        and .js.br, .js.gz beside it: Go's own loader
//
// A name carries the hash of what it holds, so that a browser may keep it for
// ever and a second build packs nothing again. client.json is written last:
// whoever reads it finds every file that it names.
package build
