import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { redact } from "../../src/redact/index.ts";
import { call, message, requestText } from "./calls.ts";

const SECRET = "cnry7Q2xWv9LmZ4tRb8K";
const LIVE = `sk_live_${SECRET}`;
const SECRET_KEYS = [
  "password",
  "clientSecret",
  "ACCESS_TOKEN",
  "x-api-key",
  "user[password]",
  "db.passwd",
  "newPassword2",
  "APIKey",
  "refresh_token",
  "authorization",
];

function redactText(text: string, type: string, cut = false): string {
  return requestText(redact(call({ request: { ...message(text, type), bodyTruncated: cut } })));
}

/** JSON text with white space and escapes as a hostile producer might choose them. */
function spell(value: unknown, spaces: number, escapes: readonly boolean[]): string {
  let i = 0;
  return JSON.stringify(value, null, spaces).replaceAll(/[a-zA-Z0-9]/g, (char, at: number, whole: string) => {
    const inString = isInString(whole, at);
    return inString && escapes[i++ % escapes.length] ? `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}` : char;
  });
}

function isInString(json: string, at: number): boolean {
  let inside = false;
  for (let i = 0; i < at; i++) {
    if (json[i] === "\\") i++;
    else if (json[i] === '"') inside = !inside;
    if (i >= at) return false;
  }
  return inside && json[at - 1] !== "\\";
}

/** Puts `leaf` at a random place of a random JSON value. */
const around = (leaf: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaf,
      fc.tuple(fc.array(fc.jsonValue({ maxDepth: 1 }), { maxLength: 2 }), tie("node")).map(([before, node]) => [...before, node]),
      fc
        .tuple(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 2 }), fc.string(), tie("node"))
        .map(([before, key, node]) => ({ ...before, [key]: node })),
      tie("node").map((node) => ({ data: JSON.stringify(node) })),
    ),
  })).node;

const runs = { numRuns: 400 };

describe("JSON", () => {
  test("valid stays valid", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(
          () => JSON.parse(redactText(JSON.stringify({ value, [SECRET_KEYS[0] ?? ""]: value }), "application/json")) as unknown,
        ).not.toThrow();
      }),
      runs,
    );
  });

  test("without secrets it stays as it is", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4, stringUnit: fc.constantFrom(...'xyzXYZ \n\t"\\/{}[],:=&;é<>@#?7', "\u2028") }), (value) => {
        fc.pre(!/[2-9]\d{13}/.test(JSON.stringify(value)));
        const text = JSON.stringify({ value });
        expect(redactText(text, "application/json")).toBe(text);
      }),
      runs,
    );
  });

  test("what stands under a secret's name never survives", () => {
    const leaf = fc.constantFrom(...SECRET_KEYS).map((key) => ({ [key]: SECRET, after: 1 }));
    fc.assert(
      fc.property(around(leaf), fc.constantFrom(0, 1, 3), fc.array(fc.boolean(), { minLength: 1 }), (value, spaces, escapes) => {
        const out = redactText(spell(value, spaces, escapes), "application/json");
        expect(JSON.stringify(JSON.parse(out))).not.toContain(SECRET);
      }),
      runs,
    );
  });

  test("lists of alike objects hide what one of them has", () => {
    const item = fc.record(
      {
        id: fc.nat(),
        note: fc.constantFrom("", "x", null),
        token: fc.constantFrom("", null, SECRET),
        name: fc.constantFrom("a", "password"),
        value: fc.constant("v"),
      },
      { requiredKeys: ["id"] },
    );
    fc.assert(
      fc.property(fc.array(item, { maxLength: 6 }), (list) => {
        const out = JSON.parse(redactText(JSON.stringify(list), "application/json")) as readonly {
          name?: string;
          value?: string;
          token?: string;
        }[];
        expect(JSON.stringify(out)).not.toContain(SECRET);
        for (const { name, value } of out) if (value !== undefined) expect(value).toBe(name === "password" ? "[redacted:key-name]" : "v");
      }),
      runs,
    );
  });

  test("what says itself that it is a secret never survives, however it is spelled", () => {
    const leaf = fc.oneof(fc.constant(LIVE), fc.constant(`see ${LIVE}, please`), fc.constant({ [LIVE]: 1 }), fc.constant([LIVE]));
    fc.assert(
      fc.property(around(leaf), fc.constantFrom(0, 2), fc.array(fc.boolean(), { minLength: 1 }), (value, spaces, escapes) => {
        const out = redactText(spell(value, spaces, escapes), "application/json");
        expect(JSON.stringify(JSON.parse(out))).not.toContain(SECRET);
      }),
      runs,
    );
  });
});

test("a secret that says what it is is found at every offset, whatever stands around it", () => {
  const secrets = [
    LIVE,
    `Bearer ${SECRET}`,
    `ghp_${SECRET}${SECRET}`,
    `eyJhbGciOiJIUzI1NiJ9.eyJ${SECRET}.${SECRET}`,
    `password=${SECRET}`,
    `xoxb-1-${SECRET}`,
    `https://u:${SECRET}@h.example/`,
  ];
  const around = fc
    .array(fc.constantFrom("a", "sk", "s", "e", "B", "4", "42", " ", "-", ".", "_", "=", "/", "é", "\n", ",", "<", "(", "be", "Bearer"), {
      maxLength: 12,
    })
    .map((list) => list.join(""));
  fc.assert(
    fc.property(
      around,
      fc.constantFrom(" ", ".", "(", ",", "\n", "/", "_", "é"),
      fc.constantFrom(...secrets),
      around,
      (before, boundary, secret, after) => {
        // Names in front of a value are judged whole, so they stand free.
        const text = `${before}${secret.startsWith("password") ? " " : boundary}${secret} ${after}`;
        for (const type of ["text/plain", "application/json"]) {
          const body = type === "text/plain" ? text : JSON.stringify({ text });
          expect(redactText(body, type)).not.toContain(SECRET);
        }
      },
    ),
    { numRuns: 2000 },
  );
});

/** One text of each kind; every secret in it begins with the canary. */
const PEM = `-----BEGIN PRIVATE KEY-----\n${SECRET}\n-----END PRIVATE KEY-----`;
const documents: readonly (readonly [type: string, text: string])[] = [
  [
    "application/json",
    JSON.stringify({
      id: 1,
      password: SECRET,
      n: { token: [SECRET] },
      a: LIVE,
      p: JSON.stringify({ secret: SECRET, b: `Bearer ${SECRET}` }),
      k: `-----BEGIN PRIVATE KEY-----\n${SECRET}\n-----END PRIVATE KEY-----`,
      u: `https://h.example/?sig=${SECRET}&x=1`,
      env: [{ name: "API_KEY", value: SECRET }],
    }),
  ],
  [
    "application/x-www-form-urlencoded",
    `a=1&password=${SECRET}&h=Bearer%20${SECRET}&j=${encodeURIComponent(JSON.stringify({ token: SECRET }))}&u=sk_live_${SECRET}`,
  ],
  ["text/event-stream", `data: {"token":"${SECRET}"}\n\ndata: {"token":\ndata: "${SECRET}"}\n\nevent: x\ndata: Bearer ${SECRET}\n\n`],
  [
    "multipart/form-data; boundary=B",
    `--B\r\nContent-Disposition: form-data; name="password"\r\n\r\n${SECRET}\r\n--B\r\nContent-Disposition: form-data; name="j"\r\nContent-Type: application/json\r\n\r\n{"token":"${SECRET}"}\r\n--B--\r\n`,
  ],
  [
    "text/plain",
    `Authorization: Bearer ${SECRET}\npassword=${SECRET}\nx ghp_${SECRET}${SECRET} y https://u:${SECRET}@h.example/\n${PEM}\n`,
  ],
  ["text/xml", `<a><password>${SECRET}</password><b token="${SECRET}"/><c>Bearer ${SECRET}</c></a>`],
  ["application/yaml", `a: 1\npassword: ${SECRET}\nb: sk_live_${SECRET}\n`],
];

test.each(documents)("%s cut anywhere leaks no beginning of a secret", (type, text) => {
  for (let length = 0; length <= text.length; length++) {
    const out = redactText(text.slice(0, length), type, true);
    if (out.includes(SECRET.slice(0, 6)))
      expect.fail(`cut after ${length} bytes: …${text.slice(Math.max(0, length - 60), length)} became …${out.slice(-90)}`);
  }
});

test.each([["4242 4242 4242 4242"], ["4242424242424242"], ["4242-4242-4242-4242"]])(
  "card %s cut anywhere keeps fewer than seven digits",
  (card) => {
    for (let length = 1; length <= card.length; length++) {
      const out = redactText(`{"a":"${card.slice(0, length)}`, "application/json", true);
      expect(out.replaceAll(/\D/g, "").length).toBeLessThan(7);
    }
  },
);

test("a JWT cut anywhere keeps nothing of its claims", () => {
  const jwt = `eyJhbGciOiJIUzI1NiJ9.eyJ${SECRET}.${SECRET}`;
  for (let length = 24; length <= jwt.length; length++)
    expect(redactText(`{"a":"${jwt.slice(0, length)}`, "application/json", true)).not.toContain("cnry");
});

test("no input of any type makes it throw or drop a body", () => {
  const type = fc.constantFrom(
    "",
    ...documents.map(([name]) => name),
    "application/octet-stream",
    "multipart/mixed",
    "multipart/form-data; boundary=",
    'x; boundary="',
  );
  const pieces = fc.constantFrom(
    "{",
    "}",
    "[",
    "]",
    '"',
    "\\",
    "\\u00",
    ":",
    ",",
    "=",
    "&",
    "%",
    "%4",
    "<",
    ">",
    "://",
    "@",
    "-----BEGIN PRIVATE KEY",
    "--",
    "\r\n",
    "\n",
    "data:",
    "token",
    "password",
    "Bearer ",
    "eyJ",
    "4111 1111",
    "name=",
    "\0",
    "é",
  );
  const text = fc.array(fc.oneof(pieces, fc.string({ maxLength: 5 })), { maxLength: 40 }).map((list) => list.join(""));
  fc.assert(
    fc.property(text, type, fc.boolean(), (input, contentType, cut) => {
      const once = redact(
        call({
          request: { ...message(input, contentType), bodyTruncated: cut },
          url: input,
          errors: [{ name: input, code: "", message: input }],
          tags: { a: input },
        }),
      );
      expect(once.dropped).toEqual([]);
      expect(redact(once).dropped).toEqual([]);
    }),
    { numRuns: 3000 },
  );
});

test("fewer than one in a hundred random numbers of 13 to 19 digits passes for a card", () => {
  let state = 7;
  const digit = (): string => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return String(Math.floor((state / 2 ** 32) * 10));
  };
  const numbers = Array.from({ length: 10_000 }, (_, i) => Array.from({ length: 13 + (i % 7) }, digit).join(""));
  const out = redactText(JSON.stringify(numbers), "application/json");
  const hidden = out.split("[redacted:card-number]").length - 1;
  expect(hidden).toBeGreaterThan(0);
  expect(hidden).toBeLessThan(100);
});
