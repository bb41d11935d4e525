//go:build journey

package journey

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/proto"
)

// framePage runs a test program that was built for browsers, and gathers what
// it prints.
const framePage = `<!doctype html><meta charset=utf-8><script src=wasm_exec.js></script><script>
window.printed = "";
console.log = s => { window.printed += s + "\n"; };
const go = new Go();
go.argv = ["scene.test", "-test.run=xxx", "-test.bench=Frame$", "-test.benchtime=2000x"];
WebAssembly.instantiateStreaming(fetch("scene.wasm"), go.importObject).then(r => go.run(r.instance)).then(
  () => { window.ended = true; }, e => { window.printed += e; window.ended = true; });
</script>`

// TestFrameTime prints what a frame of a hundred turns costs in the browser,
// from its bytes to what is drawn. Promised: about 1 ms.
func TestFrameTime(t *testing.T) {
	dir := t.TempDir()
	build := exec.Command("go", "test", "-c", "-o", filepath.Join(dir, "scene.wasm"), "./client/scene")
	build.Dir, build.Env = built.root, append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	glue, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	js, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(glue)), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"wasm_exec.js": js, "index.html": []byte(framePage)} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := httptest.NewServer(http.FileServer(http.Dir(dir)))
	t.Cleanup(s.Close)
	page, err := browser.open(t).Page(proto.TargetCreateTarget{URL: s.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = page.Close() })
	waitFor(t, 90*time.Second, "the benchmark to end", func() bool {
		r, err := page.Eval(`() => !!window.ended`)
		return err == nil && r.Value.Bool()
	})
	r, err := page.Eval(`() => window.printed`)
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`BenchmarkFrame\S*\s+\d+\s+\d+.*`).FindString(r.Value.Str())
	if line == "" {
		t.Fatalf("nothing was measured: %s", r.Value.Str())
	}
	t.Logf("%s on %d processors (promised: about 1,000,000 ns)", strings.Join(strings.Fields(line), " "), runtime.NumCPU())
}
