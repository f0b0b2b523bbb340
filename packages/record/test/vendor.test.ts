import fc from "fast-check";
import { expect, test } from "vitest";
import { vendorOf } from "../src/index.ts";

test.each([
  ["api.stripe.com", "stripe"],
  ["API.STRIPE.COM.", "stripe"],
  ["api.openai.com", "openai"],
  ["acme.openai.azure.com", "azure-openai"],
  ["management.azure.com", "azure"],
  ["hooks.slack.com", "slack"],
  ["s3.eu-central-1.amazonaws.com", "aws"],
  ["generativelanguage.googleapis.com", "gemini"],
  ["storage.googleapis.com", "google"],
  ["acme.myshopify.com", "shopify"],
])("%s is %s", (host, vendor) => {
  expect(vendorOf(host)).toBe(vendor);
});

test.each([
  ["api.acme.io", "acme.io"],
  ["a.b.c.acme.co.uk", "acme.co.uk"],
  ["acme.co.uk", "acme.co.uk"],
  ["shop.acme.com.au", "acme.com.au"],
  ["acme.herokuapp.com", "acme.herokuapp.com"],
  ["notstripe.com", "notstripe.com"],
])("%s is nobody known: its registrable domain %s", (host, domain) => {
  expect(vendorOf(host)).toBe(domain);
});

test.each([
  "localhost",
  "127.0.0.1",
  "10.1.2.3",
  "::1",
  "fd00::1",
  "orders",
  "orders.internal",
  "db.svc.cluster.local",
  "printer.local",
  "a.test",
  "api.home.arpa",
  "co.uk",
  "",
  "..",
  "a..b",
])("%s has no vendor", (host) => {
  expect(vendorOf(host)).toBe("");
});

test("no host makes it throw, and a vendor is never longer than the host where it is a domain", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.domain()), (host) => {
      const vendor = vendorOf(host);
      if (vendor.includes(".")) expect(vendor.length).toBeLessThanOrEqual(Math.max(host.length, "checkout.com".length));
    }),
  );
});
