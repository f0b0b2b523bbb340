import Stripe from "stripe";

const { hostname, port } = new URL(process.env.ORIGIN);
const stripe = new Stripe("sk_test_notARealKey00000000", { host: hostname, port, protocol: "http", telemetry: false });
await stripe.charges.create({ amount: 1990, currency: "eur", source: "tok_visa", description: "Bestellung größer" });
const declined = await stripe.charges.create({ amount: 5402, currency: "eur", source: "tok_visa" }).catch((error) => error);
if (declined.code !== "card_declined") throw new Error(`expected a declined card, got ${declined}`);
await stripe.customers.list({ limit: 3 });
