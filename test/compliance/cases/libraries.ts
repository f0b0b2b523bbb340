// Libraries on top: what axios and got do with node:http and fetch, where peers broke most.
import { Readable } from "node:stream";
import axios from "axios";
import got from "got";
import type { Case, Group } from "../suite/case.ts";
import { failure, textOf } from "../suite/observe.ts";
import { answered, chunk, CHUNKED_HEAD, type Connection, type RawRequest } from "../suite/raw-server.ts";

const ok = {
  answer: (connection: Connection, { content }: RawRequest): void =>
    connection.write(answered(`{"got":${content.length}}`, "content-type: application/json\r\n")),
};

const cases: readonly Case[] = [
  {
    name: "axios: JSON, a stream, a form, an error status",
    server: {
      answer: (connection, request) =>
        request.head.includes("/bad")
          ? connection.write(answered('{"error":"no"}', "", "422 Unprocessable"))
          : ok.answer(connection, request),
    },
    async run(application) {
      const { note } = application;
      note((await axios.post(application.url("/json"), { a: "ü" }, { proxy: false })).data);
      note(
        (
          await axios.post(application.url("/stream"), Readable.from(["one,", "two"], { objectMode: false }), {
            proxy: false,
            maxRedirects: 0,
          })
        ).data,
      );
      note((await axios.postForm(application.url("/form"), { field: "value" }, { proxy: false })).status);
      const error = (await axios.get(application.url("/bad"), { proxy: false }).catch((reason: unknown) => reason)) as {
        code: string;
        message: string;
        response: { status: number; data: unknown };
      };
      note(error.code, error.message, error.response.status, error.response.data);
    },
  },
  {
    name: "axios: redirect, response as a stream, timeout, cancelled, fetch adapter",
    server: {
      answer(connection, { head, content }) {
        if (head.includes("/old")) connection.write(answered("", "location: /new\r\n", "307 Temporary Redirect"));
        else if (!head.includes("/slow")) connection.write(answered(`{"content":"${content}"}`, "content-type: application/json\r\n"));
      },
    },
    async run(application) {
      const { note } = application;
      note((await axios.post(application.url("/old"), "content", { proxy: false })).data);
      note(await textOf((await axios.get<Readable>(application.url("/new"), { proxy: false, responseType: "stream" })).data));
      note(await failure(axios.get(application.url("/slow"), { proxy: false, timeout: 40 })).then((text) => text.slice(0, 60)));
      const controller = new AbortController();
      const cancelled = failure(axios.get(application.url("/slow"), { proxy: false, signal: controller.signal }));
      controller.abort();
      note((await cancelled).slice(0, 40));
      note((await axios.post(application.url("/fetch"), "by fetch", { adapter: "fetch" })).data);
    },
  },
  {
    name: "got: JSON",
    server: ok,
    record: [{ line: "POST / 200 complete", request: '{"from":"got"}', response: '{"got":14}' }],
    async run(application) {
      application.note(await got.post(application.url(), { json: { from: "got" } }).json());
    },
  },
  {
    name: "got: upload from a stream",
    server: ok,
    record: [{ line: "POST / 200 complete", request: "streamed by got", response: '{"got":15}' }],
    async run(application) {
      application.note((await got.post(application.url(), { body: Readable.from(["streamed ", "by got"], { objectMode: false }) })).body);
    },
  },
  {
    name: "got: a retried failure, an answer as a stream, a response cut",
    server: {
      answer(connection, { head }) {
        if (head.includes("/cut")) {
          connection.write(CHUNKED_HEAD + chunk("first"));
          connection.socket.end();
        } else
          connection.write(
            head.includes("/busy") && !head.includes("x-again") ? answered("busy", "", "503 Unavailable") : answered("done"),
          );
      },
    },
    async run(application) {
      const { note } = application;
      note(
        (
          await got(application.url("/busy"), {
            retry: { limit: 1, calculateDelay: ({ attemptCount }) => (attemptCount > 1 ? 0 : 1) },
            throwHttpErrors: false,
          })
        ).statusCode,
      );
      note(await textOf(got.stream(application.url("/stream"))));
      note((await failure(got(application.url("/cut"), { retry: { limit: 0 } }))).slice(0, 80));
    },
  },
];

export const libraries: Group = { name: "libraries", cases };
