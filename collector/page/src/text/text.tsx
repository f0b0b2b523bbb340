import { type Piece, pieces } from "./visible.ts";

function One({ piece }: { readonly piece: Piece }) {
  if (piece.kind === "plain") return <>{piece.text}</>;
  if (piece.kind === "redacted") {
    return (
      <span class="redaction" title={`Redacted in the application by the rule ${piece.rule}`}>
        {piece.text}
      </span>
    );
  }
  return (
    <span class="hidden-character" title={piece.name}>
      {piece.shown}
    </span>
  );
}

/**
 * Other people's text. It is only ever a text node, hidden characters are shown, and it is isolated so that
 * right-to-left text cannot reorder what stands beside it.
 */
export function Text({ value }: { readonly value: string }) {
  return (
    <bdi>
      {pieces(value).map((piece, index) => (
        <One piece={piece} key={index} />
      ))}
    </bdi>
  );
}
