import OpenAI from "openai";

const openai = new OpenAI({ apiKey: "sk-test-not-a-key", baseURL: `${process.env.ORIGIN}/openai/v1` });
const messages = [{ role: "user", content: "Où est mon colis ?" }];
await openai.chat.completions.create({ model: "super-small", messages });
let text = "";
for await (const chunk of await openai.chat.completions.create({ model: "super-large", stream: true, messages }))
  text += chunk.choices[0]?.delta?.content ?? "";
if (!text.startsWith("The parcel")) throw new Error(`the stream was not whole: ${text}`);
