import type { Group } from "../suite/case.ts";
import { connections } from "./connections.ts";
import { failures } from "./failures.ts";
import { fetchBodies } from "./fetch-bodies.ts";
import { fetchResponses } from "./fetch-responses.ts";
import { libraries } from "./libraries.ts";
import { requestBody } from "./request-body.ts";
import { responseReading } from "./response-reading.ts";
import { undiciPackage } from "./undici.ts";

/** Every case of the suite, in the order of the table. */
export const groups: readonly Group[] = [
  requestBody,
  responseReading,
  failures,
  connections,
  fetchBodies,
  fetchResponses,
  undiciPackage,
  libraries,
];
