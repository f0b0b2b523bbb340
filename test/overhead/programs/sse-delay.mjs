// Reads a stream whose events carry the moment they were sent (monotonic clock of the machine); prints the delays in ms.
const answer = await fetch(`${process.env.ORIGIN}/events`);
const delays = [];
for await (const chunk of answer.body) {
  const now = process.hrtime.bigint();
  for (const [, sent] of Buffer.from(chunk)
    .toString()
    .matchAll(/data: (\d+)/g))
    delays.push(Number(now - BigInt(sent)) / 1e6);
}
process.stdout.write(JSON.stringify(delays));
