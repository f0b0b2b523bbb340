/**
 * A body as text, or null when it is not text: it is valid in its charset (UTF-8 unless the media type says another)
 * and holds no control characters that text does not have. A character cut at the end of a truncated body is left out.
 */
export function bodyText(body: Uint8Array, contentType: string, truncated: boolean): string | null {
  for (const label of new Set(["utf-8", charsetOf(contentType)])) {
    const text = decode(body, label, truncated);
    if (text !== null) return hasBinaryControls(text) ? null : text;
  }
  return null;
}

function charsetOf(contentType: string): string {
  return /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(contentType)?.[1]?.toLowerCase() ?? "utf-8";
}

function decode(body: Uint8Array, label: string, truncated: boolean): string | null {
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(body, { stream: truncated });
  } catch {
    return null;
  }
}

/** C0 controls that never stand in text; tab, line ends, form feed and escape (coloured logs) do. */
function hasBinaryControls(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0c && code !== 0x0d && code !== 0x1b) return true;
  }
  return false;
}
