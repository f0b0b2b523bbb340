import axios from "axios";
import { performRest } from "./payload.mjs";

await performRest((method, target, body) =>
  axios.request({
    method,
    url: process.env.ORIGIN + target,
    data: body,
    headers: body === undefined ? {} : { "content-type": "application/json" },
    validateStatus: () => true,
  }),
);
