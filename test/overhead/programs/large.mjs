// One call of 100 MB, or the server of it: large.mjs serve | http|fetch up|down ORIGIN
import http from "node:http";

const [what, way, origin] = process.argv.slice(2);
const BYTES = 100_000_000;
const CHUNK = Buffer.alloc(64 * 1024, "0123456789abcdef");

function* chunks() {
  for (let left = BYTES; left > 0; left -= CHUNK.byteLength) yield left < CHUNK.byteLength ? CHUNK.subarray(0, left) : CHUNK;
}

/** Writes as fast as it is taken. */
async function pour(stream) {
  for (const chunk of chunks()) if (!stream.write(chunk)) await new Promise((resolve) => stream.once("drain", resolve));
  stream.end();
}

function serve() {
  const server = http.createServer((request, response) => {
    if (request.url === "/down") {
      response.setHeader("content-length", BYTES);
      void pour(response);
      return;
    }
    request.resume().on("end", () => response.writeHead(200, { "inpooling-collector": "0.1.0" }).end());
  });
  server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
  process.stdin.resume().on("end", () => process.exit(0));
}

async function overHttp() {
  const request = http.request(`${origin}/${way}`, {
    method: way === "up" ? "POST" : "GET",
    headers: way === "up" ? { "content-length": BYTES } : {},
  });
  const answered = new Promise((resolve) => request.once("response", resolve));
  if (way === "up") await pour(request);
  else request.end();
  let bytes = 0;
  for await (const chunk of await answered) bytes += chunk.byteLength;
  return bytes;
}

async function overFetch() {
  const source = chunks();
  const body = new ReadableStream({
    type: "bytes",
    pull(controller) {
      const { value, done } = source.next();
      if (done) controller.close();
      else controller.enqueue(new Uint8Array(value));
    },
  });
  const response = await fetch(`${origin}/${way}`, way === "up" ? { method: "POST", body, duplex: "half" } : {});
  let bytes = 0;
  for await (const chunk of response.body) bytes += chunk.byteLength;
  return bytes;
}

async function measure() {
  const call = what === "http" ? overHttp : overFetch;
  // The first call of a process loads code; the measured one is like any later one.
  await (await fetch(`${origin}/warm`, { method: "POST", body: "x" })).text();
  // So does the delivery thread, which starts with the first call and takes a processor for a while.
  await new Promise((resolve) => setTimeout(resolve, 700));
  globalThis.gc();
  let peakBuffers = 0;
  const watch = setInterval(() => {
    peakBuffers = Math.max(peakBuffers, process.memoryUsage().arrayBuffers);
  }, 20);
  const cpu = process.threadCpuUsage();
  const start = performance.now();
  const bytes = await call();
  const ms = performance.now() - start;
  const { user, system } = process.threadCpuUsage(cpu);
  clearInterval(watch);
  if (bytes !== (way === "down" ? BYTES : 0)) throw new Error(`${bytes} bytes came back`);
  process.stdout.write(
    JSON.stringify({
      ms,
      mainCpuMs: (user + system) / 1000,
      peakRssMb: process.resourceUsage().maxRSS / 1024,
      peakBuffersMb: peakBuffers / 1e6,
    }),
  );
}

if (what === "serve") serve();
else await measure();
