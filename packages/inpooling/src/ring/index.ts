export { RingControl, reached, type RingCounters } from "./control.ts";
export { createRing, DEFAULT_RING_BYTES } from "./layout.ts";
export { RingReader } from "./reader.ts";
export { DEFAULT_BODY_LIMIT, RingWriter, type RingWriterOptions } from "./writer.ts";
