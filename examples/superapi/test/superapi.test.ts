import { afterAll, beforeAll, expect, test } from "vitest";
import { type SuperApi, startSuperApi } from "../src/superapi.ts";

let api: SuperApi;
let twin: SuperApi;

beforeAll(async () => {
  api = await startSuperApi({ seed: 7 });
  twin = await startSuperApi({ seed: 7 });
});
afterAll(async () => {
  await Promise.all([api.close(), twin.close()]);
});

const paths = [
  "/api/v2/products?page=3",
  "/api/v2/shipments/shp_1",
  "/v1/customers?limit=3",
  "/v1/balance",
  "/api/v2/error",
  "/api/v2/reports/daily",
];

test.each(paths)("the same seed answers %s with the same bytes", async (path) => {
  const [one, two] = await Promise.all([fetch(api.origin + path), fetch(twin.origin + path)]);
  expect(one.status).toBe(two.status);
  const same = (text: string): string => text.replaceAll(/127\.0\.0\.1:\d+/g, "host");
  expect(same(await one.text())).toBe(same(await two.text()));
});

test("pages link to each other until the last", async () => {
  let next: string | undefined = `${api.origin}/api/v2/products?per_page=20`;
  const ids: string[] = [];
  while (next !== undefined) {
    const answer: Response = await fetch(next);
    const page = (await answer.json()) as { data: { id: string }[] };
    ids.push(...page.data.map((item) => item.id));
    next = /<([^>]+)>; rel="next"/.exec(answer.headers.get("link") ?? "")?.[1];
  }
  expect(new Set(ids).size).toBe(57);
});

test("an unknown route says so", async () => {
  const answer = await fetch(`${api.origin}/nowhere`);
  expect(answer.status).toBe(404);
  expect(await answer.text()).toContain("SuperApi has no GET /nowhere");
});
