const units = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** Bytes for people, in units of 1,024: `0 B`, `912 B`, `1.4 KiB`, `12 MiB`. */
export function size(bytes: number): string {
  if (!Number.isFinite(bytes)) return "–";
  let value = Math.abs(bytes);
  let unit = 0;
  while (value >= (unit === 0 ? 1024 : 1023.5) && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || value >= 9.95 ? 0 : 1;
  return `${bytes < 0 ? "-" : ""}${value.toFixed(digits)} ${units[unit] ?? "B"}`;
}
