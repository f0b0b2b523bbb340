// The same calls for every client of plain REST: a JSON body up, JSON down, gzip, br, an empty answer, an error.
export const order = JSON.stringify({
  customer: { name: "Zoë Müller", city: "Ōsaka" },
  items: Array.from({ length: 40 }, (_, at) => ({ product: `prod_${at}`, note: "fragile – keep upright" })),
});

/** `send(method, target, body?)` performs one call and reads its answer whole. */
export async function performRest(send) {
  await send("POST", "/api/v2/orders", order);
  await send("GET", "/api/v2/products?page=2");
  await send("GET", "/api/v2/reports/daily?encoding=gzip");
  await send("GET", "/api/v2/reports/daily?encoding=br");
  await send("DELETE", "/api/v2/carts/crt_9");
  await send("GET", "/api/v2/error");
}
