// Reads an event stream and acknowledges each chunk over a socket of its own, so that chunk boundaries cannot depend on timing.
import { connect } from "node:net";
import { get } from "node:http";

const { ORIGIN, ACK_PORT, READER } = process.env;
const ack = connect(Number(ACK_PORT), "127.0.0.1");
ack.setNoDelay(true);
await new Promise((resolve) => ack.once("connect", resolve));
const sizes = [];
const seen = (chunk) => {
  sizes.push(chunk.length);
  ack.write(".");
};

if (READER === "fetch") {
  const answer = await fetch(`${ORIGIN}/events`);
  for await (const chunk of answer.body) seen(chunk);
} else {
  await new Promise((resolve, reject) => {
    get(`${ORIGIN}/events`, (answer) => answer.on("data", seen).on("end", resolve).on("error", reject)).on("error", reject);
  });
}
ack.end();
process.stdout.write(JSON.stringify(sizes));
