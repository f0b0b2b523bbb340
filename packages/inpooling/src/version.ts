/** This package's version: what senders call themselves. A layout test compares it with package.json. */
export const version = "0.1.0";
