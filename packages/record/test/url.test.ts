import { expect, test } from "vitest";
import { resolveUrl, targetOf, urlOfRequest } from "../src/url.ts";

test.each([
  ["https://api.acme.dev/a/b?c#d", { host: "api.acme.dev", port: 443, path: "/a/b" }],
  ["http://user:pw@10.0.0.1:8080", { host: "10.0.0.1", port: 8080, path: "/" }],
  ["http://[::1]:3000/x", { host: "::1", port: 3000, path: "/x" }],
  ["https://MÜNCHEN.example/", { host: "xn--mnchen-3ya.example", port: 443, path: "/" }],
  ["not a url", { host: "", port: 0, path: "" }],
  ["", { host: "", port: 0, path: "" }],
  ["data:text/plain,x", { host: "", port: 0, path: "" }],
])("%s goes to %j", (url, target) => {
  expect(targetOf(url)).toEqual(target);
});

test.each([
  ["http", "a.test", "/x?y", "http://a.test/x?y"],
  ["https", "a.test:8443", "*", "https://a.test:8443"],
  ["https", "a.test", "http://other.test/x", "http://other.test/x"],
  ["http", "", "/x", ""],
  ["http", "a.test", "rubbish", ""],
])("%s, %s and %s make %s", (scheme, authority, target, url) => {
  expect(urlOfRequest(scheme, authority, target)).toBe(url);
});

test("a reference is resolved without its fragment", () => {
  expect(resolveUrl("../c#d", "http://a.test/x/y/z")).toBe("http://a.test/x/c");
  expect(resolveUrl("http://[", "http://a.test/")).toBe("");
});
