// Plants 40+ secrets, each with a word of its own in it, wherever real APIs carry secrets; prints the words.
import { createServer, request as httpRequest } from "node:http";
import { gzipSync } from "node:zlib";

const words = [];
/** A secret nobody else has: `shape` puts the word where the kind of secret has its random part. */
function plant(shape = (word) => word) {
  const word = `Kanari${String(words.length).padStart(2, "0")}Zq9vWx4mPt7`;
  words.push(word);
  return shape(word);
}
const b64 = (text) => Buffer.from(text).toString("base64url");
const jwt = (word) => `${b64('{"alg":"HS256","typ":"JWT"}')}.${b64(`{"sub":"1","n":"${word}"}`)}.${word}sIgNaTuRe0123456789`;

const answers = {
  json: () =>
    JSON.stringify({
      id: 7,
      access_token: plant(),
      refreshToken: plant(),
      author: "kept",
      nested: { client_secret: plant(), list: [{ password: plant() }] },
    }),
  inner: () => JSON.stringify({ payload: JSON.stringify({ api_key: plant(), deeper: JSON.stringify({ secret: plant() }) }) }),
  sse: () => `event: token\ndata: {"session_token":"${plant()}"}\n\ndata: {"note":"Bearer ${plant()}"}\n\n`,
  gzip: () => JSON.stringify({ private_key: plant((word) => `-----BEGIN PRIVATE KEY-----\nMIIE${word}\n-----END PRIVATE KEY-----\n`) }),
  // The secret begins before the limit of 64 KiB and ends behind it.
  long: () => JSON.stringify({ filler: "x".repeat(65_536 - 60), token: plant((word) => word.repeat(8)) }),
  text: () => `try again with sk_live_${plant((word) => `51H${word}abcdef`)} or AKIAIOSFODNN7EXAMPLE and ${plant(jwt)}`,
};

const server = createServer((incoming, response) => {
  incoming.resume();
  incoming.on("end", () => {
    const kind = new URL(incoming.url, "http://x").pathname.slice(1);
    const body = answers[kind]?.() ?? "{}";
    const type = kind === "sse" ? "text/event-stream" : kind === "text" ? "text/plain" : "application/json";
    const headers = {
      "content-type": type,
      "set-cookie": `sid=${plant()}; HttpOnly`,
      "x-session-token": plant(),
      location: `/next?access_token=${plant()}`,
    };
    if (kind === "gzip") response.writeHead(200, { ...headers, "content-encoding": "gzip" }).end(gzipSync(body));
    else response.writeHead(200, headers).end(body);
  });
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;
const post = (path, body, headers) => fetch(origin + path, { method: "POST", body, headers }).then((answer) => answer.text());

await fetch(`${origin}/json?api_key=${plant()}&key=${plant()}&sig=${plant()}&page=2`, {
  headers: {
    authorization: `Bearer ${plant()}`,
    cookie: `session=${plant()}`,
    "x-api-key": plant(),
    "proxy-authorization": plant(),
    "x-auth-token": plant(),
    "x-client-secret": plant(),
    "db-password": plant(),
  },
}).then((answer) => answer.text());
await post(
  "/inner",
  JSON.stringify({
    user: "ana",
    password: plant(),
    card: { number: "4242 4242 4242 4242", cvc: "123" },
    text: JSON.stringify({ apiKey: plant() }),
  }),
  { "content-type": "application/json" },
);
await post(
  "/sse",
  `grant_type=client_credentials&client_secret=${plant()}&code_verifier=a&password=${encodeURIComponent(plant((word) => `${word}&ü`))}`,
  { "content-type": "application/x-www-form-urlencoded" },
);
const form = new FormData();
form.set("password", plant());
form.set("upload", new Blob([JSON.stringify({ token: plant() })], { type: "application/json" }), "settings.json");
await post("/gzip", form);
await post("/long", JSON.stringify({ filler: "y".repeat(65_536 - 40), secret: plant((word) => word.repeat(8)) }), {
  "content-type": "application/json",
});
await post("/text", `note: ghp_${plant((word) => `${word}0123456789abcdefABCD`.slice(0, 36))}\nBearer ${plant()}\n`, {
  "content-type": "text/plain",
});
// Userinfo: fetch refuses it, node:http sends it as Basic credentials.
await new Promise((resolve) => {
  httpRequest(`http://user:${plant()}@127.0.0.1:${server.address().port}/json`, (answer) => answer.resume().on("end", resolve)).end();
});
await new Promise((resolve) => {
  httpRequest(
    {
      port: server.address().port,
      path: `/json?X-Amz-Signature=${plant()}&X-Amz-Credential=${plant()}`,
      headers: { "X-Goog-Api-Key": plant() },
    },
    (answer) => answer.resume().on("end", resolve),
  ).end();
});
// A failing call: its error text must not give away the query either.
await fetch(`http://127.0.0.1:1/?token=${plant()}`).catch(() => undefined);
await fetch(`http://localhost:${server.address().port}/json`, {
  signal: AbortSignal.abort(new Error(`gave up with Bearer ${plant()}`)),
}).catch(() => undefined);

server.close();
process.stdout.write(JSON.stringify({ words, cards: ["4242 4242 4242 4242", "AKIAIOSFODNN7EXAMPLE"] }));
