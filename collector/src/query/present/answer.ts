/** What a streamed answer of a language model adds up to. */
export interface Answer {
  readonly model: string;
  readonly text: string;
  readonly reasoning: string;
  readonly tools: readonly { readonly name: string; readonly arguments: string }[];
  readonly finish: string;
  /** Token counts by the vendor's own names. */
  readonly usage: readonly (readonly [name: string, count: number])[];
}

type Json = Readonly<Record<string, unknown>>;

function object(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

class Joiner {
  model = "";
  text = "";
  reasoning = "";
  finish = "";
  tools = new Map<string, { name: string; arguments: string }>();
  usage = new Map<string, number>();
  seen = false;

  tool(key: string): { name: string; arguments: string } {
    const tool = this.tools.get(key) ?? { name: "", arguments: "" };
    this.tools.set(key, tool);
    return tool;
  }

  count(usage: unknown): void {
    for (const [name, value] of Object.entries(object(usage))) if (typeof value === "number") this.usage.set(name, value);
  }

  /** OpenAI chat completions: `choices[].delta`; the first choice is what people asked for. */
  chat(event: Json): void {
    const choice = object(list(event["choices"]).find((one) => (object(one)["index"] ?? 0) === 0));
    const delta = object(choice["delta"]);
    if ("delta" in choice) this.seen = true;
    this.text += text(delta["content"]) + text(choice["text"]);
    this.reasoning += text(delta["reasoning_content"]) + text(delta["reasoning"]);
    for (const call of list(delta["tool_calls"])) {
      const tool = this.tool(JSON.stringify(object(call)["index"] ?? 0));
      const called = object(object(call)["function"]);
      tool.name += text(called["name"]);
      tool.arguments += text(called["arguments"]);
    }
    this.finish = text(choice["finish_reason"]) || this.finish;
    this.model = text(event["model"]) || this.model;
    this.count(event["usage"]);
  }

  /** OpenAI responses: `response.*` events. */
  response(event: Json): void {
    const type = text(event["type"]);
    const key = text(event["item_id"]);
    if (type === "response.output_text.delta") this.text += text(event["delta"]);
    else if (type.startsWith("response.reasoning") && type.endsWith(".delta")) this.reasoning += text(event["delta"]);
    else if (type === "response.function_call_arguments.delta") this.tool(key).arguments += text(event["delta"]);
    else if (type === "response.output_item.added" && object(event["item"])["type"] === "function_call") {
      this.tool(text(object(event["item"])["id"])).name = text(object(event["item"])["name"]);
    }
    const response = object(event["response"]);
    this.model = text(response["model"]) || this.model;
    this.finish = text(response["status"]) || this.finish;
    this.count(response["usage"]);
    this.seen = true;
  }

  /** Anthropic messages: `message_*` and `content_block_*` events. */
  message(event: Json): void {
    const delta = object(event["delta"]);
    const key = JSON.stringify(event["index"] ?? 0);
    const block = object(event["content_block"]);
    if (block["type"] === "tool_use") this.tool(key).name = text(block["name"]);
    this.text += text(delta["text"]);
    this.reasoning += text(delta["thinking"]);
    if (delta["type"] === "input_json_delta") this.tool(key).arguments += text(delta["partial_json"]);
    const message = object(event["message"]);
    this.model = text(message["model"]) || this.model;
    this.finish = text(delta["stop_reason"]) || this.finish;
    this.count(message["usage"]);
    this.count(event["usage"]);
    this.seen = true;
  }
}

function parsed(data: string): Json {
  try {
    return object(JSON.parse(data));
  } catch {
    return {};
  }
}

/**
 * Joins the deltas of a stream of the OpenAI (chat completions, responses) or Anthropic (messages) shape.
 * @param data the events' data, in order. @returns undefined when they are of no such shape.
 */
export function joinAnswer(data: Iterable<string>): Answer | undefined {
  const joiner = new Joiner();
  for (const one of data) {
    if (!one.startsWith("{")) continue;
    const event = parsed(one);
    const type = text(event["type"]);
    if (Array.isArray(event["choices"])) joiner.chat(event);
    else if (type.startsWith("response.")) joiner.response(event);
    else if (type.startsWith("message_") || type.startsWith("content_block_")) joiner.message(event);
  }
  if (!joiner.seen) return undefined;
  const { model, text: joined, reasoning, finish } = joiner;
  return { model, text: joined, reasoning, finish, tools: [...joiner.tools.values()], usage: [...joiner.usage] };
}
