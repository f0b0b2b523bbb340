import { describe, expect, test } from "vitest";
import type { Call } from "../../src/call.ts";
import { assumeRedacted, redact } from "../../src/redact/index.ts";
import { call, everything, message, requestText } from "./calls.ts";

const CANARY = "cnry7Q2xWv9LmZ4tRb8K";
const CARD = "4242424242424242";
const JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjbnJ5In0.cnry5Q2xWv9LmZ4tRb8KcnryQ2xWv9LmZ4tRb8K";
const PEM = `-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA${CANARY}\n-----END RSA PRIVATE KEY-----`;
const JSON_TYPE = "application/json";
const FORM = "application/x-www-form-urlencoded";
const base64 = (text: string): string => btoa(text);
const escapeAll = (text: string): string => Array.from(text, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
const percentAll = (text: string): string => Array.from(text, (char) => `%${char.charCodeAt(0).toString(16)}`).join("");
const wide = (text: string): Uint8Array => Uint8Array.from([...text].flatMap((char) => [char.charCodeAt(0), 0]));

const body = (text: string | Uint8Array, type = JSON_TYPE): Partial<Call> => ({ request: message(text, type) });
const header = (name: string, value: string): Partial<Call> => ({ response: message("", "", [[name, value]]) });
const error = (text: string): Partial<Call> => ({ errors: [{ name: "Error", code: "", message: text }] });
const part = (name: string, text: string, type = ""): string =>
  `--X1\r\nContent-Disposition: form-data; name="${name}"\r\n${type === "" ? "" : `Content-Type: ${type}\r\n`}\r\n${text}\r\n--X1--\r\n`;
const MULTIPART = "multipart/form-data; boundary=X1";

/** What must not survive, where it was planted. The secret is the canary unless a third element names it. */
const planted: readonly (readonly [place: string, change: Partial<Call>, secret?: string])[] = [
  ["header authorization", header("Authorization", `Bearer ${CANARY}`)],
  ["header authorization of an unknown scheme", header("authorization", CANARY)],
  ["header cookie", header("cookie", `sid=${CANARY}`)],
  ["header set-cookie", header("Set-Cookie", `sid=${CANARY}; HttpOnly`)],
  ["header x-api-key", header("X-Api-Key", CANARY)],
  ["header proxy-authorization", header("Proxy-Authorization", `Basic ${base64(`u:${CANARY}`)}`), base64(`u:${CANARY}`)],
  ["header whose name contains token", header("X-Shopify-Access-Token", CANARY)],
  ["header whose name contains secret", header("Client-Secret-Value", CANARY)],
  ["header whose name contains password", header("X-DbPassword", CANARY)],
  ["header ocp-apim-subscription-key", header("Ocp-Apim-Subscription-Key", CANARY)],
  ["header of any name with a bearer token", header("X-Forwarded-Auth-Info", `Bearer ${CANARY}`)],
  ["header with a JWT", header("X-Debug", `jwt=${JWT}`), JWT],
  ["query of location", header("Location", `/callback?access_token=${CANARY}&x=1`)],
  ["fragment of location", header("Location", `https://a.example/cb#access_token=${CANARY}`)],
  ["query of referer", header("Referer", `https://a.example/?api_key=${CANARY}`)],
  ["query of link", header("Link", `<https://a.example/x?sig=${CANARY}>; rel="next"`)],
  ["userinfo of location", header("Location", `https://user:${CANARY}@a.example/`)],
  ["URL userinfo", { url: `https://user:${CANARY}@api.example.com/` }],
  ["URL user alone", { url: `https://${CANARY}@api.example.com/` }],
  ["query api_key", { url: `https://api.example.com/?q=1&api_key=${CANARY}` }],
  ["query key", { url: `https://maps.example.com/?key=${CANARY}` }],
  ["query sig", { url: `https://a.blob.example.com/c?sv=2024&sig=${CANARY}` }],
  ["query X-Amz-Signature", { url: `https://b.example.com/o?X-Amz-Signature=${CANARY}` }],
  ["query X-Amz-Credential", { url: `https://b.example.com/o?X-Amz-Credential=${CANARY}%2F20261124` }],
  ["query X-Amz-Security-Token", { url: `https://b.example.com/o?X-Amz-Security-Token=${CANARY}` }],
  ["query AWSAccessKeyId", { url: `https://b.example.com/o?AWSAccessKeyId=${CANARY}&Expires=1` }],
  ["query Signature", { url: `https://b.example.com/o?Signature=${CANARY}` }],
  ["query X-Goog-Signature", { url: `https://b.example.com/o?X-Goog-Signature=${CANARY}` }],
  ["query name percent-encoded", { url: `https://api.example.com/?${percentAll("token")}=${CANARY}` }],
  ["query value that is a percent-encoded bearer", { url: `https://api.example.com/?h=Bearer%20${CANARY}` }],
  ["query value that is percent-encoded JSON", { url: `https://api.example.com/?p=${encodeURIComponent(`{"password":"${CANARY}"}`)}` }],
  ["query OAuth code", { url: `https://api.example.com/cb?code=${CANARY}` }],
  ["fragment access_token", { url: `https://api.example.com/cb#access_token=${CANARY}` }],
  ["path of a Slack webhook", { url: `https://hooks.slack.com/services/T0/B0/${CANARY}` }],
  ["path of a Telegram bot", { url: `https://api.telegram.org/bot123456:${CANARY}/sendMessage` }],
  ["path of a Discord webhook", { url: `https://discord.com/api/webhooks/123456/${CANARY}` }],
  ["path after token", { url: `https://api.example.com/reset/token/${CANARY}` }],
  ["route of a Slack webhook", { url: "https://hooks.slack.com/", host: "hooks.slack.com", route: `/services/T0/B0/${CANARY}` }],
  ["URL that is not absolute", { url: `/x?token=${CANARY}` }],
  ["JSON client_secret", body(`{"client_secret":"${CANARY}"}`)],
  ["JSON camelCase", body(`{"a":{"refreshToken" : "${CANARY}"}}`)],
  ["JSON kebab-case", body(`{"x-api-key":"${CANARY}"}`)],
  ["JSON key in capitals", body(`{"DB_PASSWORD":"${CANARY}"}`)],
  ["JSON key without a break", body(`{"dbpassword":"${CANARY}"}`)],
  ["JSON object under a secret key", body(`{"credentials":{"user":"u","x":["${CANARY}"]}}`)],
  ["JSON list under a secret key", body(`{"passwords":["a","${CANARY}"]}`)],
  ["JSON number under a secret key", body(`{"password":7351902846}`), "7351902846"],
  ["JSON pin", body(`{"pin":"73519028"}`), "73519028"],
  ["JSON authorization as Go writes headers", body(`{"headers":{"Authorization":["Custom ${CANARY}"]}}`)],
  ["JSON authorization in a pair", body(`{"headers":[{"name":"Authorization","value":"Custom ${CANARY}"}]}`)],
  ["JSON basic auth as a list", body(`{"auth":["user","${CANARY}"]}`)],
  ["JSON escaped key", body(`{"${escapeAll("password")}":"${CANARY}"}`)],
  ["JSON secret spelled in escapes", body(`{"note":"${escapeAll(`sk_live_${CANARY}`)}"}`), escapeAll(CANARY)],
  ["JSON in a string", body(JSON.stringify({ payload: JSON.stringify({ password: CANARY }) }))],
  ["JSON in a string in a string", body(JSON.stringify({ a: JSON.stringify({ b: JSON.stringify({ token: CANARY }) }) }))],
  [
    "JSON nested deeper than we look",
    body(Array.from({ length: 10 }).reduce<string>((inner) => JSON.stringify({ a: inner }), JSON.stringify({ token: CANARY }))),
  ],
  ["JSON in a string after prose", body(JSON.stringify({ log: `request failed: {"password":"${CANARY}"}` }))],
  ["JSON name and value pair", body(`{"env":[{"name":"STRIPE_SECRET_KEY","value":"${CANARY}"}]}`)],
  ["JSON value and name pair", body(`{"env":[{"value":"${CANARY}","name":"STRIPE_SECRET_KEY"}]}`)],
  ["JSON list whose first item has no secret", body(`[{"id":1,"token":""},{"id":2,"token":null},{"id":3,"token":"${CANARY}"}]`)],
  ["JSON list with another key in the same place", body(`[{"id":1,"note":"a"},{"id":2,"note":"b"},{"id":3,"token":"${CANARY}"}]`)],
  ["JSON list of pairs", body(`[{"name":"A","value":"b"},{"name":"B","value":"b"},{"name":"token","value":"${CANARY}"}]`)],
  ["JSON truncated in the value", { request: { ...message(`{"id":1,"token":"${CANARY}`), bodyTruncated: true } }],
  ["JSON truncated in an object", { request: { ...message(`{"credentials":{"a":["${CANARY}"`), bodyTruncated: true } }],
  ["JSON with a byte order mark", body(`\uFEFF{"token":"${CANARY}"}`)],
  ["JSON behind an anti-hijacking prefix", body(`)]}',\n{"token":"${CANARY}"}`)],
  ["JSON that breaks off into another", body(`{"a":"x\n{"password":"${CANARY}"}`)],
  ["JavaScript object", body(`{ user: 'u', password: '${CANARY}' }`, "text/plain")],
  ["JSON sent as octet-stream", body(`{"token":"${CANARY}"}`, "application/octet-stream")],
  ["JSON without a content type", body(`{"token":"${CANARY}"}`, "")],
  ["JSON in UTF-16", body(wide(`{"token":"${CANARY}"}`), "application/json; charset=utf-16le"), [...CANARY].join("\0")],
  ["NDJSON", body(`{"a":1}\n{"token":"${CANARY}"}\n`, "application/x-ndjson")],
  [
    "base64 of JSON",
    body(JSON.stringify({ data: base64(JSON.stringify({ password: CANARY })) })),
    base64(JSON.stringify({ password: CANARY })),
  ],
  ["GraphQL argument", body(JSON.stringify({ query: `mutation { login(user: "u", password: "${CANARY}") { id } }` }))],
  ["presigned URL in JSON", body(`{"url":"https://b.example.com/o?X-Amz-Signature=${CANARY}"}`)],
  ["connection string in JSON", body(`{"dsn":"postgres://app:${CANARY}@db.example.com:5432/x"}`)],
  ["URL with escaped slashes", body(`{"dsn":"https:\\/\\/app:${CANARY}@db.example.com\\/x"}`)],
  ["Azure account key", body(`{"c":"DefaultEndpointsProtocol=https;AccountKey=${CANARY}==;EndpointSuffix=x"}`)],
  ["SSE data", body(`event: a\ndata: {"token":"${CANARY}"}\n\ndata: [DONE]\n\n`, "text/event-stream")],
  ["SSE data over several lines", body(`data: {"token":\ndata: "${CANARY}"}\n\n`, "text/event-stream")],
  ["SSE data that is text", body(`data: Bearer ${CANARY}\r\n\r\n`, "text/event-stream")],
  ["form field", body(`a=1&client_secret=${CANARY}&b=2`, FORM)],
  ["form field with encoded name", body(`user%5Bpassword%5D=${CANARY}`, FORM)],
  ["form field with JSON", body(`payload=${encodeURIComponent(`{"token":"${CANARY}"}`)}`, FORM)],
  ["form OAuth code", body(`grant_type=authorization_code&code=${CANARY}`, FORM)],
  ["form type with a JSON body, as curl sends it", body(`{"u":"a?b=c&d=%20","p":"{\\"token\\":\\"${CANARY}\\"}"}`, FORM)],
  ["form truncated", { request: { ...message(`a=1&password=${CANARY}`, FORM), bodyTruncated: true } }],
  ["form card of Stripe", body(`card[number]=4000000000000001&card[cvc]=73519`, FORM), "4000000000000001"],
  ["multipart field", body(part("api_key", CANARY), MULTIPART)],
  ["multipart JSON part", body(part("meta", `{"token":"${CANARY}"}`, JSON_TYPE), MULTIPART)],
  ["multipart without a boundary", body(part("password", CANARY), "multipart/form-data")],
  ["multipart without a content type", body(part("password", CANARY), "")],
  ["SSE without a content type", body(`data: {"token":\ndata: "${CANARY}"}\n\n`, "")],
  ["form without a content type", body(`a=1&user%5Bpassword%5D=${CANARY}`, "")],
  ["multipart truncated", { request: { ...message(part("password", CANARY).slice(0, -10), MULTIPART), bodyTruncated: true } }],
  ["XML element", body(`<Credentials><SecretAccessKey>${CANARY}</SecretAccessKey></Credentials>`, "application/xml")],
  ["XML element with prefix and attribute", body(`<w:Password Type="T">${CANARY}</w:Password>`, "text/xml")],
  ["XML CDATA", body(`<password><![CDATA[${CANARY}]]></password>`, "text/xml")],
  ["XML attribute", body(`<user name="u" password="${CANARY}"/>`, "text/xml")],
  ["YAML", body(`user: u\npassword: ${CANARY} two words\n`, "application/yaml"), "two words"],
  ["plain text bearer", body(`sent Bearer ${CANARY} to them`, "text/plain")],
  ["plain text basic", body(`Basic ${base64(`user:${CANARY}`)}`, "text/plain"), base64(`user:${CANARY}`)],
  [
    "plain text header dump",
    body(`GET / HTTP/1.1\r\nAuthorization: Basic ${base64(`user:${CANARY}`)}\r\n`, "text/plain"),
    base64(`user:${CANARY}`),
  ],
  ["plain text assignment", body(`export API_KEY=${CANARY}`, "text/plain")],
  ["YAML block", body(`password: |\n  one\n  ${CANARY}\nb: 1\n`, "application/yaml")],
  ["YAML children", body(`credentials:\n  a: ${CANARY}\nb: 1\n`, "application/yaml")],
  ["option of a command", body(`app --user u --password ${CANARY} --x`, "text/plain")],
  ["option in a list", body(`{"args":["--token","${CANARY}"]}`)],
  ["header in a list", body(`{"rawHeaders":["Accept","a/b","Authorization","${CANARY}"]}`)],
  ["header in a list of pairs", body(`[["x-api-key","${CANARY}"]]`)],
  ["digest credentials in a string", body(JSON.stringify({ h: `Authorization: Digest username="u", response="${CANARY}"` }))],
  ["base64 of a key", body(`{"x":"${base64(`sk_live_${CANARY}`)}"}`), base64(`sk_live_${CANARY}`)],
  ["base64 of a PEM block", body(`{"x":"${base64(PEM)}"}`), base64(PEM)],
  ["magnetic stripe", body(`%B${CARD}^DOE/J^2512`, "text/plain"), CARD],
  ["card behind an underscore", body(`{"x":"card_${CARD}"}`), CARD],
  ["key behind an underscore", body(`{"x":"stripe_sk_live_${CANARY}"}`)],
  ["JWT", body(`{"x":"${JWT}"}`), JWT],
  ["JWT's signature", body(`{"x":"${JWT}"}`), "cnry5Q2xWv9LmZ4tRb8K"],
  ["PEM in JSON", body(JSON.stringify({ x: PEM }))],
  ["PEM in text", body(PEM, "text/plain")],
  ["PEM without an end", { request: { ...message(PEM.slice(0, -20), "text/plain"), bodyTruncated: true } }],
  ["AWS access key", body(`{"x":"AKIAIOSFODNN7EXAMPLE"}`), "AKIAIOSFODNN7EXAMPLE"],
  ["Stripe key", body(`{"x":"sk_live_${CANARY}"}`)],
  ["Stripe restricted key", body(`{"x":"rk_test_${CANARY}"}`)],
  ["webhook secret", body(`{"x":"whsec_${CANARY}"}`)],
  ["OpenAI key", body(`{"x":"sk-proj-${CANARY}"}`)],
  ["GitHub token", body(`{"x":"ghp_${CANARY}${CANARY}"}`)],
  ["Slack token", body(`{"x":"xoxb-12345-${CANARY}"}`)],
  ["Google API key", body(`{"x":"AIzaSy${CANARY}${CANARY}"}`)],
  ["card", body(`{"x":"${CARD}"}`), CARD],
  ["card as a number", body(`{"x":${CARD}}`), CARD],
  ["card with spaces", body(`{"x":"paid with 4242 4242 4242 4242 today"}`), "4242 4242 4242 4242"],
  ["card with hyphens", body(`pan 4242-4242-4242-4242.`, "text/plain"), "4242-4242-4242-4242"],
  ["American Express card", body(`{"x":"3782 822463 10005"}`), "822463"],
  ["secret as a JSON key", body(`{"sk_live_${CANARY}":1}`)],
  [
    "secret in an image",
    body(Uint8Array.from([0xff, 0xd8, 0, 1, 2, ...new TextEncoder().encode(` sk_live_${CANARY} `), 0, 9]), "image/jpeg"),
  ],
  ["error message", error(`401 for key sk_live_${CANARY}`)],
  ["error message with a URL", error(`connect ECONNREFUSED https://u:${CANARY}@db.example.com`)],
  ["error message with an object", error(`{ headers: { Authorization: 'Basic ${base64(`u:${CANARY}`)}' } }`), base64(`u:${CANARY}`)],
  ["error code", { errors: [{ name: "E", code: `token=${CANARY}`, message: "" }] }],
  ["status text", { statusText: `bad token=${CANARY}` }],
  ["tag by name", { tags: { session_token: CANARY } }],
  ["tag whose name is the secret", { tags: { [`sk_live_${CANARY}`]: "1" } }],
  ["tag by value", { tags: { note: `Bearer ${CANARY}` } }],
  ["call site", { callSite: `app.js?token=${CANARY}:1:2` }],
  [
    "resource attribute by name",
    { resource: { serviceName: "s", serviceVersion: "", environment: "", attributes: { "deploy.secret": CANARY } } },
  ],
  [
    "resource attribute by value",
    {
      resource: {
        serviceName: "s",
        serviceVersion: "",
        environment: "",
        attributes: { "process.command_line": `app --api-key=${CANARY}` },
      },
    },
  ],
];

describe("a planted secret does not survive", () => {
  test.each(planted.map(([place, change, secret]) => [place, change, secret ?? CANARY] as const))("%s", (_place, change, secret) => {
    const original = call(change);
    expect(everything(original)).toContain(secret);
    const result = redact(original);
    expect(everything(result)).not.toContain(secret);
    expect(result.redacted.length).toBeGreaterThan(0);
    expect(result.dropped).toEqual([]);
    expect(everything(redact(result))).toBe(everything(result));
  });
});

/** What looks a little like a secret and is needed to understand a call. */
const kept: readonly (readonly [what: string, change: Partial<Call>])[] = [
  [
    "author and counts of tokens",
    body(`{"author":"Ada","total_tokens":17,"usage":{"prompt_tokens":9,"completion_tokens_details":{"reasoning_tokens":0}}}`),
  ],
  ["limits", body(`{"max_tokens":512,"max_completion_tokens":"256","token_count":3,"budget_tokens":1000}`)],
  ["descriptions of a token", body(`{"token_type":"bearer","expires_in":3600,"token_endpoint":"https://a.example/oauth2/t"}`)],
  ["places in a list", body(`{"next_page_token":"CAUQAA","nextToken":"abc","cursor":"xyz","continuationToken":"c1"}`)],
  ["token ids", body(`{"tokens":[15339,1917],"eos_token":"</s>"}`)],
  ["nothing under a secret's name", body(`{"password":null,"token":"","has_password":true,"secret":false}`)],
  ["a policy", body(`{"password_policy":"strong","password_changed_at":"2026-01-01","secret_name":"db"}`)],
  ["UUIDs", body(`{"id":"4242a242-4242-4242-8242-424242424242","x":"550e8400-e29b-41d4-a716-446655440000"}`)],
  ["times", body(`{"ms":1763990000123,"us":1763990000123456,"ns":1763990000123456789,"s":1763990000,"iso":"2026-11-24T10:00:00.123456Z"}`)],
  ["order numbers", body(`{"order":"4500001234567","po":"PO-4500-2231-0001","invoice":100000012345}`)],
  ["prices and fractions", body(`{"price":1299.99,"total":"4,242.42","logprob":-0.4242424242424242,"p":0.4242424242424242}`)],
  ["an article number", body(`{"ean":"4006381333931","isbn":"978-3-16-148410-0"}`)],
  ["a git sha", body(`{"sha":"4242424242424242424242424242424242424242","short":"4242424"}`)],
  ["phone numbers", body(`{"phone":"+49 30 1234 5678 90","fax":"(555) 424-2424"}`)],
  ["a bank account", body(`{"iban":"DE89 3704 0044 0532 0130 00"}`)],
  ["publishable keys", body(`{"key":"pk_live_TYooMQauvdEDq54NiTphI7jx","publishable":"pk_test_abc"}`)],
  ["ids of objects", body(`{"id":"ch_3OqkW2eZvKYlo2C01a2b3c4d","customer":"cus_NffrFeUfNV2Hib","ask_id":"task-list-view"}`)],
  ["a public key", body(`{"public_key":"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5","key_id":"k1","primary_key":"id","idempotency_key":"o-1"}`)],
  ["a certificate", body(JSON.stringify({ cert: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----" }))],
  ["codes that are not OAuth's", body(`{"error":{"code":"card_declined","decline_code":"insufficient_funds"},"country_code":"DE"}`)],
  ["prose", body(`{"text":"Bearer authentication is required. The token: a unit of text. Basic knowledge of passwords helps."}`)],
  ["an error about a token", body(`{"message":"Unexpected token: string","hint":"password: required"}`)],
  ["a sort key and country in a query", { url: "https://api.example.com/?sort_key=name&code=US&page_token=CAUQAA&max_tokens=5" }],
  ["an ordinary path", { url: "https://api.example.com/v1/tokens/count/secrets/list/keys/primary" }],
  ["a matrix of numbers", body(`[[4242,4242,4242,4242],[1,2,3]]`)],
  ["numbers in prose", body(`4242 of 4242 items, 4242 1 2 3`, "text/plain")],
  [
    "lists of names",
    body(
      `{"required":["username","password","email"],"allow":["Authorization","Content-Type","X-Api-Key","X-Requested-With"],"args":["--verbose","--token-file","x"]}`,
    ),
  ],
  [
    "base64 without secrets",
    body(`{"x":"${base64('{"a":"hello world"}')}","y":"${base64("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----")}"}`),
  ],
  ["rate limits", header("x-ratelimit-remaining-tokens", "149984")],
  ["rate limit reset", header("anthropic-ratelimit-tokens-reset", "2026-11-24T10:00:00Z")],
  ["etag and ids", header("ETag", 'W/"4242424242424242ab"')],
  ["keys that are none", header("Idempotency-Key", "order-1")],
  ["a page link", header("Link", '<https://api.example.com/x?page=2&per_page=100>; rel="next"')],
  ["a login name", body(`{"clone":"ssh://git@github.com/a/b.git"}`)],
  ["XML without secrets", body(`<Order id="1"><Author>Ada</Author><TokenType>x</TokenType></Order>`, "text/xml")],
  ["form without secrets", body("amount=2000&currency=eur&source=tok&description=a+b%20c", FORM)],
  [
    "an image",
    body(
      Uint8Array.from({ length: 4096 }, (_, i) => (i * 7919) & 0xff),
      "image/png",
    ),
  ],
  ["tags", { tags: { order: "42", customer: "4242" } }],
];

describe("what is no secret stays", () => {
  test.each(kept)("%s", (_what, change) => {
    const original = call(change);
    const result = redact(original);
    expect(everything(result)).toBe(everything(original));
    expect(result.redacted).toEqual([]);
  });
});

test("JSON stays JSON, and says where what was redacted", () => {
  const result = redact(call(body(`{"a":[{"client_secret":"x1"},{"client_secret":{"n":1}}],"pin":1234,"p":"{\\"token\\":5}"}`)));
  expect(JSON.parse(requestText(result))).toEqual({
    a: [{ client_secret: "[redacted:key-name]" }, { client_secret: "[redacted:key-name]" }],
    pin: "[redacted:key-name]",
    p: `{"token":"[redacted:key-name]"}`,
  });
  expect(result.redacted).toContain("request.body.$.a[].client_secret:key-name");
  expect(result.redacted).toContain("request.body.$.pin:key-name");
});

test("sizes and hash stay those of the original", () => {
  const original = call(body(`{"token":"${CANARY}"}`));
  const { request } = redact(original);
  expect([request.bodySize, request.bodySha256]).toEqual([original.request.bodySize, original.request.bodySha256]);
});

test("a body without secrets is not copied", () => {
  const original = call(body(`{"a":1}`));
  expect(redact(original).request.body).toBe(original.request.body);
});

test("the list of what was redacted has at most 64 entries and each once", () => {
  const headers = Array.from({ length: 100 }, (_, i) => [`x-token-${i}`, "v"] as const);
  const { redacted } = redact(call({ request: message("", "", [...headers, ...headers]) }));
  expect(redacted).toHaveLength(64);
  expect(redacted[0]).toBe("request.header.x-token-0:header-name");
});

test("a binary body keeps its length", () => {
  const bytes = Uint8Array.from([0, 1, 2, 3, ...new TextEncoder().encode(JWT), 0, 0]);
  const { request } = redact(call(body(bytes, "application/x-protobuf")));
  expect(request.body).toHaveLength(bytes.length);
  expect(new TextDecoder().decode(request.body)).toContain("[redacted:jwt]***");
});

test("a body that is still compressed is dropped: nobody can look into it", () => {
  const gzip = Uint8Array.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4]);
  const result = redact(
    call({ response: message(gzip, "application/json", [["Content-Encoding", "gzip"]]), request: message(gzip, "application/gzip") }),
  );
  expect([result.response.body.length, result.response.bodyTruncated, result.request.body.length]).toEqual([0, true, 8]);
  expect(result.dropped).toEqual(["response.body:still-encoded"]);
});

test("a custom rule replaces what it finds, after the default rules", () => {
  const rule = {
    name: "house-rule",
    find: (value: Uint8Array) => {
      const at = new TextDecoder("latin1").decode(value).indexOf("Ada");
      return at < 0 ? [] : [[at, at + 3] as const];
    },
  };
  const result = redact(call({ ...body(`{"author":"Ada","token":"x"}`), tags: { who: "Ada" } }), { custom: [rule] });
  expect(requestText(result)).toBe(`{"author":"[redacted:house-rule]","token":"[redacted:key-name]"}`);
  expect(result.tags).toEqual({ who: "[redacted:house-rule]" });
  expect(result.redacted).toContain("request.body:house-rule");
});

test.each([
  [
    "throws",
    (): never => {
      throw new Error("broken");
    },
  ],
  ["names a span outside", () => [[0, 1e9] as const]],
])("a rule that %s drops the field", (_how, find) => {
  const result = redact(call({ ...body(`{"a":1}`), tags: { who: "Ada Lovelace" } }), { custom: [{ name: "broken", find }] });
  expect(result.request.body).toHaveLength(0);
  expect(result.tags).toEqual({ who: "" });
  expect(result.dropped).toContain("request.body:redaction-failed");
  expect(result.dropped).toContain("tag.who:redaction-failed");
});

test("assumeRedacted takes a call as it is", () => {
  const original = call();
  expect(assumeRedacted(original)).toBe(original);
});
