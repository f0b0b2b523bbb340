import { expect, test } from "vitest";
import { isSecretHeader } from "../../src/redact/header-names.ts";

test.each([
  "Authorization",
  "proxy-authorization",
  "Cookie",
  "Set-Cookie",
  "X-API-Key",
  "X-Amz-Security-Token",
  "x-goog-api-key",
  "Ocp-Apim-Subscription-Key",
  "DD-APPLICATION-KEY",
  "X-Vault-Token",
  "Private-Token",
  "X-Csrf-Token",
  "X-Client-Secret",
  "X-Password-Hash",
  "Stripe-Signature",
  "X-Hub-Signature-256",
  "apikey",
  "x_api_key",
  "X-MyTokenThing",
  "X-Auth",
])("%s is hidden", (name) => {
  expect(isSecretHeader(name, "value1")).toBe(true);
});

test.each([
  "Accept",
  "Content-Type",
  "Host",
  "ETag",
  "X-Request-Id",
  "Idempotency-Key",
  "Sec-WebSocket-Key",
  "WWW-Authenticate",
  "X-Author",
  "Keep-Alive",
  "traceparent",
])("%s stays", (name) => {
  expect(isSecretHeader(name, "value1")).toBe(false);
});

test("limits that count tokens stay as long as they are amounts", () => {
  expect(isSecretHeader("x-ratelimit-remaining-tokens", "149984")).toBe(false);
  expect(isSecretHeader("x-ratelimit-reset-tokens", "6m0.5s")).toBe(false);
  expect(isSecretHeader("x-ratelimit-token", "abcdef")).toBe(true);
  expect(isSecretHeader("x-token", "149984")).toBe(true);
});
