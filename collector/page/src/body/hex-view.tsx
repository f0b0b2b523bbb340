import { ROW, hexRow } from "./hex.ts";
import { WindowLines } from "./window-lines.tsx";

/** Bytes as they are. */
export function HexView({ bytes }: { readonly bytes: Uint8Array }) {
  return (
    <WindowLines class="hex" count={Math.ceil(bytes.length / ROW)} lineHeight={19}>
      {(index) => {
        const row = hexRow(bytes, index);
        return (
          <>
            <span class="line-number">{row.offset}</span>
            <span class="hex-bytes">{row.hex}</span>
            <span class="hex-text">{row.text}</span>
          </>
        );
      }}
    </WindowLines>
  );
}
