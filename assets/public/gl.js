// A worker that tries whether there is WebGL, beside the page: on a machine that
// draws by itself a first context takes half a second, in which a page could
// answer nobody. It tells true, or false where it can't know.
let gl = null;
try {
  gl = new OffscreenCanvas(1, 1).getContext("webgl2");
} catch {
  // The page asks again by itself.
}
postMessage(!!gl);
const lose = gl && gl.getExtension("WEBGL_lose_context");
if (lose) lose.loseContext();
