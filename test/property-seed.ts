import fc from "fast-check";

// On CI the same cases each time, so that a landing fails for its own change; every other run explores new ones.
if (process.env["CI"] !== undefined) fc.configureGlobal({ seed: 20_261_124 });
