import type { EventSink } from "#record";

/** Records nothing: what capture writes to when Inpooling is disabled or shut down. */
export const silentSink: EventSink = {
  open: () => 0,
  requestHead: () => undefined,
  requestBody: () => undefined,
  requestEnd: () => undefined,
  network: () => undefined,
  response: () => undefined,
  responseBody: () => undefined,
  end: () => undefined,
};
