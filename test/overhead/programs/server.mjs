// Answers every request with 4 KiB of JSON, whatever was asked; `SINK=1` swallows OTLP as an Inpooling collector would.
import { createServer } from "node:http";

const sink = process.env.SINK === "1";
const item = '{"id":"item_0123456789","name":"Walnut shelf","price":129.5,"tags":["wood","living"]},';
const body = `{"data":[${item.repeat(46)}{}]}`;
const headers = sink
  ? { "content-type": "application/x-protobuf", "inpooling-collector": "0.1.0", "content-length": 0 }
  : {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      "x-request-id": "req_0123456789abcdef",
      "cache-control": "no-store",
      "x-ratelimit-remaining": "499",
    };

const server = createServer((request, response) => {
  request.resume();
  request.on("end", () => response.writeHead(200, headers).end(sink ? "" : body));
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`http://127.0.0.1:${server.address().port}\n`));
process.stdin.resume().on("end", () => process.exit(0));
