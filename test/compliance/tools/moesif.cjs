// Moesif's capture of outgoing calls. An application id under 50 characters and a batch time up to 500 ms are refused.
const { createRequire } = require("node:module");
const { join } = require("node:path");

const moesif = createRequire(join(__dirname, "../.peers/moesif/package.json"))("moesif-nodejs");
moesif({ applicationId: "x".repeat(60), baseUri: process.env.MOESIF_SINK, batchMaxTime: 600 }).startCaptureOutgoing();
