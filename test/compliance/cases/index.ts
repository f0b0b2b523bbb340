import type { Group } from "../suite/case.ts";
import { failures } from "./failures.ts";
import { requestBody } from "./request-body.ts";
import { responseReading } from "./response-reading.ts";

/** Every case of the suite, in the order of the table. */
export const groups: readonly Group[] = [requestBody, responseReading, failures];
