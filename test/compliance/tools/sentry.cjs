// Sentry with tracing on, as its documentation says for --import.
const { createRequire } = require("node:module");
const { join } = require("node:path");

const Sentry = createRequire(join(__dirname, "../.peers/sentry/package.json"))("@sentry/node");
Sentry.init({ dsn: process.env.SENTRY_DSN, tracesSampleRate: 1 });
