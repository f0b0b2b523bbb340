import { callId } from "@inpooling/record";
import { expect, it } from "vitest";
import { HOSTILE } from "./harness/samples.ts";
import { listed, rows, Suite } from "./harness/suite.ts";

const suite = new Suite();

it("shows scripts, markup, bidirectional and control characters of a call as text, everywhere", async () => {
  const page = await suite.open(`/calls/${callId(suite.samples.hostile)}`);
  await page.getByRole("tree").waitFor();
  const shown: string[] = [];
  for (const tab of [/Response/, /Request/, "About"]) {
    await page.getByRole("tab", { name: tab }).click();
    if (tab !== "About" && (await page.locator("details.headers[open]").count()) === 0)
      await page.locator("details.headers summary").click();
    for (const view of await page.locator(".segments button").all()) {
      await view.click();
      shown.push(await page.locator(".call").innerText());
    }
    shown.push(await page.locator(".call").innerText());
  }
  const text = shown.join("\n");
  expect(text).toContain(HOSTILE.script);
  expect(text).toContain("U+202E");
  expect(text).toContain("ESC");
  expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b\ufeff]|(?![\n\t])\p{Cc}/u);
  expect(await page.evaluate(() => "hacked" in window)).toBe(false);
  expect(await page.locator(".call script, .call svg[onload], .call img, .list script").count()).toBe(0);
});

it("keeps hostile text out of titles and labels, too", async () => {
  const page = await suite.open("/");
  await listed(page);
  await rows(page).filter({ hasText: "evil.example" }).hover();
  const attributes = await page.evaluate(() =>
    [...document.querySelectorAll("[title], [aria-label]")]
      .map((element) => `${element.getAttribute("title")}${element.getAttribute("aria-label")}`)
      .join("\n"),
  );
  expect(attributes).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
});

it("takes a hostile filter and a hostile path in a link for text", async () => {
  suite.expected = [/400 \(Bad Request\)|404 \(Not Found\)/];
  const page = await suite.open(`/?q=${encodeURIComponent(`"${HOSTILE.script.replaceAll('"', '\\"')}"`)}`);
  await page.locator(".nothing, .rows [role=row]").first().waitFor();
  expect(await page.evaluate(() => "hacked" in window)).toBe(false);
  await page.goto(`${suite.rig.url}/calls/${encodeURIComponent("<img src=x onerror=alert(1)>")}`);
  await page.getByRole("alert").waitFor();
});

it("is served with a policy that runs no code but its own and asks nobody else", async () => {
  const answer = await fetch(suite.rig.url);
  expect(answer.headers.get("content-security-policy")).toMatch(
    /default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'/,
  );
  const html = await answer.text();
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|https?:/);
});
