import { expect, it } from "vitest";
import { joinAnswer } from "../../../src/query/present/answer.ts";

const join = (...events: readonly unknown[]) =>
  joinAnswer(events.map((event) => (typeof event === "string" ? event : JSON.stringify(event))));

it("joins OpenAI chat deltas, tool calls and usage", () => {
  const answer = join(
    { model: "gpt-5", choices: [{ index: 0, delta: { role: "assistant", content: "Hel" } }] },
    {
      choices: [
        { index: 1, delta: { content: "other choice" } },
        { index: 0, delta: { content: "lo" } },
      ],
    },
    { choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: { name: "look", arguments: '{"a"' } }] } }] },
    {
      choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: { arguments: ":1}" } }] }, finish_reason: "tool_calls" }],
      usage: { total_tokens: 9, details: {} },
    },
    "[DONE]",
  );
  expect(answer).toEqual({
    model: "gpt-5",
    text: "Hello",
    reasoning: "",
    finish: "tool_calls",
    tools: [{ name: "look", arguments: '{"a":1}' }],
    usage: [["total_tokens", 9]],
  });
});

it("joins OpenAI responses and Anthropic messages", () => {
  expect(
    join(
      { type: "response.output_text.delta", delta: "Hi" },
      { type: "response.completed", response: { model: "gpt-5", status: "completed", usage: { output_tokens: 1 } } },
    ),
  ).toMatchObject({ text: "Hi", model: "gpt-5", finish: "completed", usage: [["output_tokens", 1]] });
  expect(
    join(
      { type: "message_start", message: { model: "claude", usage: { input_tokens: 3 } } },
      { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Hi" } },
      { type: "content_block_start", index: 1, content_block: { type: "tool_use", name: "look" } },
      { type: "content_block_delta", index: 1, delta: { type: "input_json_delta", partial_json: "{}" } },
      { type: "message_delta", delta: { stop_reason: "tool_use" }, usage: { output_tokens: 7 } },
    ),
  ).toMatchObject({
    text: "Hi",
    model: "claude",
    finish: "tool_use",
    tools: [{ name: "look", arguments: "{}" }],
    usage: [
      ["input_tokens", 3],
      ["output_tokens", 7],
    ],
  });
});

it("makes no answer of anything else, however odd", () => {
  expect(join({ price: 1 }, "{broken", "[1]", { choices: null }, { type: 7 })).toBeUndefined();
});
