export * from "./call.ts";
export * from "./event.ts";
