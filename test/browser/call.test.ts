import { callId } from "@inpooling/record";
import { describe, expect, it } from "vitest";
import { call } from "./harness/call.ts";
import { clipboard, listed, rows, soon, Suite } from "./harness/suite.ts";

const suite = new Suite();
const link = (of: "charge" | "declined" | "stream" | "big" | "picture" | "binary" | "refused" | "cut" | "form" | "xml"): string =>
  `/calls/${callId(suite.samples[of])}`;

describe("a call", () => {
  it("opens beside the list by a click, and the address opens it again", async () => {
    const page = await suite.open("/");
    await listed(page);
    await rows(page)
      .filter({ has: page.getByText("402", { exact: true }) })
      .click();
    await page.getByRole("heading", { name: /POST https:\/\/api\.stripe\.com\/v1\/charges/ }).waitFor();
    await page.waitForURL((url) => url.pathname === link("declined"));
    await page.getByText("StripeCardError card_declined").waitFor();
    await page.reload();
    await page.getByText("Your card has insufficient funds.").first().waitFor();
    await listed(page);
    await page.getByRole("button", { name: "Close the call" }).click();
    await page.waitForURL((url) => url.pathname === "/");
    await page.getByRole("complementary").waitFor({ state: "detached" });
  });

  it("closes with the back button after it was opened from the list", async () => {
    const page = await suite.open("/?q=method:POST");
    await listed(page);
    await rows(page).first().click();
    await page.getByRole("tab", { name: /Response/ }).waitFor();
    await page.goBack();
    await page.getByRole("complementary").waitFor({ state: "detached" });
    expect(page.url()).toContain("/?q=method");
  });

  it("shows JSON as a tree, numbers as they were sent, redactions as such", async () => {
    const page = await suite.open(link("charge"));
    const tree = page.getByRole("tree");
    await tree.getByText("90071992547409931").waitFor();
    await tree.locator(".redaction", { hasText: "[redacted:card]" }).waitFor();
    await tree.getByRole("treeitem").filter({ hasText: "customer:" }).getByRole("button", { name: "Fold" }).click();
    await tree.getByText("3 fields").waitFor();
    expect(await tree.getByText("Zürich").count()).toBe(0);
    await page.getByRole("button", { name: "Raw" }).click();
    await page.getByText('"order":90071992547409931').waitFor();
    await page.getByText("1 redacted").click();
    await page.getByText("response.body.payment_method_details.card.number: rule card").waitFor();
  });

  it("turns a value of the payload into a filter", async () => {
    const page = await suite.open(link("declined"));
    const code = page.getByRole("treeitem").filter({ hasText: "decline_code" }).locator(".json-line").last();
    await code.hover();
    await code.getByTitle(/Only calls with/).click();
    expect(new URL(page.url()).searchParams.get("q")).toBe("res.error.decline_code:insufficient_funds");
    await soon(() => rows(page).count()).toBe(1);
  });

  it("shows the request: header fields as sent, the form decoded", async () => {
    const page = await suite.open(link("form"));
    await page.getByRole("tab", { name: /Request/ }).click();
    await page.locator(".headers summary").click();
    await page.getByRole("row", { name: /idempotency-key 0b8f7c1e/ }).waitFor();
    await page.getByRole("row", { name: "description Order 1042 – café" }).waitFor();
    await page.getByRole("row", { name: "metadata[order] 1042" }).waitFor();
  });

  it("shows a stream as events with their times and the joined answer", async () => {
    const page = await suite.open(link("stream"));
    const answer = page.getByRole("region", { name: "Joined answer" });
    await answer.getByText("The refund for order 1042 has been sent").waitFor();
    await answer.getByText("836").waitFor();
    const first = page.locator(".event-line").first();
    expect(await first.innerText()).toMatch(/1\s+310 ms\s+The/);
    await first.click();
    await page.locator(".event-open").getByText("chatcmpl-9x2").waitFor();
  });

  it("opens a body of ten megabytes, finds in it, and never holds many lines", async () => {
    const page = await suite.open(link("big"));
    await page.getByRole("treeitem").first().waitFor();
    await page.getByText('"SKU-0"').first().waitFor();
    await page.getByRole("searchbox", { name: "Find in the body" }).fill("SKU-39123");
    await page.getByText("1/1", { exact: true }).waitFor();
    await page.locator(".revealed").getByText("SKU-39123").waitFor();
    expect(await page.locator(".window-line").count()).toBeLessThan(200);
    await page.getByRole("button", { name: "Raw" }).click();
    await page.locator(".text .window-line").first().waitFor();
    expect(await page.locator(".window-line").count()).toBeLessThan(200);
  });

  it("shows pictures, bytes and XML each in its way", async () => {
    const page = await suite.open(link("picture"));
    await soon(() => page.locator(".picture img").evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(8);
    await page.goto(suite.rig.url + link("binary"));
    await page.getByText("00000010").waitFor();
    await page.goto(suite.rig.url + link("xml"));
    await page.getByText('<rate currency="CHF">0.9312</rate>').waitFor();
  });

  it("says that a body was cut, how much is kept and why", async () => {
    const page = await suite.open(link("cut"));
    await page.getByText("The document is cut off; this is what was kept.").waitFor();
    await page.getByText("Cut", { exact: true }).click();
    await page.getByText(/60 B are kept; 10 MiB crossed the wire/).waitFor();
    await page.getByText(/INPOOLING_BODY_LIMIT/).waitFor();
  });

  it("shows why no answer came, cause by cause", async () => {
    const page = await suite.open(link("refused"));
    const chain = page.getByRole("list", { name: "Error and its causes" });
    await chain.getByText("because").waitFor();
    expect(await chain.innerText()).toMatch(/TypeError fetch failed[\s\S]*ECONNREFUSED connect ECONNREFUSED 10\.0\.3\.17:8443/);
    await page.getByText("No response came").waitFor();
  });

  it("copies as cURL with placeholders for secrets, the body, a link", async () => {
    const page = await suite.open(`${link("charge")}?q=method:POST`);
    await page.getByRole("tree").waitFor();
    await page.keyboard.press("c");
    await page.getByText(/Copied as cURL.*redacted/).waitFor();
    expect(await clipboard(page)).toMatch(
      /^curl https:\/\/api\.stripe\.com\/v1\/charges[\s\S]*authorization: \[redacted:header-name\][\s\S]*amount=4200/,
    );
    await page.getByRole("button", { name: "Copy the body" }).click();
    await page.getByText("Copied the body").waitFor();
    expect(await clipboard(page)).toContain('"order":90071992547409931');
    await page.getByRole("button", { name: "Link" }).click();
    await page.getByText("Copied the link").waitFor();
    expect(await clipboard(page)).toBe(suite.rig.url + link("charge"));
  });

  it("downloads the bytes that are kept", async () => {
    const page = await suite.open(link("binary"));
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download the body" }).click()]);
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks)).toEqual(Buffer.from(suite.samples.binary.response.body));
  });

  it("leads from trace, tag and service to the calls that share it", async () => {
    const page = await suite.open(link("charge"));
    await page.getByRole("tab", { name: "About" }).click();
    await page.getByText("src/payments.ts:88").waitFor();
    await page.getByRole("button", { name: "1042" }).click();
    expect(new URL(page.url()).searchParams.get("q")).toBe("tag.order:1042");
    await page
      .getByTitle(/All calls with trace:/)
      .first()
      .click();
    expect(new URL(page.url()).searchParams.get("q")).toBe(`trace:${suite.samples.charge.traceId}`);
    await soon(() => rows(page).count()).toBe(1);
  });

  it("leads from a retry to the attempt before", async () => {
    const first = call({ at: Date.now() - 5_000, url: "https://api.example.com/attempt", status: 503 });
    const second = call({
      at: Date.now() - 4_000,
      url: "https://api.example.com/attempt",
      attempt: 2,
      previous: { traceId: first.traceId, spanId: first.spanId },
    });
    suite.rig.reader.accept([first, second]);
    const page = await suite.open(`/calls/${callId(second)}`);
    await page.getByRole("button", { name: "the one before" }).click();
    await page.waitForURL(`**/calls/${callId(first)}`);
    await page.locator(".summary").getByText("503").waitFor();
  });

  it("says that a link leads to no call", async () => {
    suite.expected = [/404 \(Not Found\)/];
    const page = await suite.open("/calls/0199aabbccdd-00000000deadbeef");
    await page.getByRole("alert").getByRole("heading").waitFor();
    await listed(page);
  });
});
