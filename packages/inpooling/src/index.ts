/**
 * Records every call this service makes to other people's HTTP APIs. `--require inpooling/register` needs no line of
 * code; this entry is for calls that are logged by hand and for starting from code.
 */
export { InpoolingLogging } from "./manual/inpooling-logging.ts";
export type { StartedCall } from "./manual/inpooling-logging.ts";
export type {
  BodyInput,
  CallFacts,
  CallInput,
  EndInput,
  HeadersInput,
  RequestInput,
  ResponseInput,
  StartInput,
} from "./manual/call-input.ts";
export { startInpooling } from "./agent.ts";
export type { Agent } from "./agent.ts";
export type { Config, InpoolingOptions } from "./config.ts";
export type { Stats } from "./deliver/status.ts";
