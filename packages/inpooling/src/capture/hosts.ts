/** Whether calls to a host are left out; the port is 0 where it is not known. */
export type HostFilter = (host: string, port: number) => boolean;

/**
 * @param patterns `api.example.com`, `*.example.com` (every name below it, not itself), each with `:port` if wanted;
 * `[::1]:8080` for IPv6. Case does not matter.
 * @returns undefined when there is nothing to leave out.
 */
export function hostFilter(patterns: readonly string[]): HostFilter | undefined {
  const exact = new Set<string>();
  const suffixes: string[] = [];
  for (const pattern of patterns) {
    const text = pattern.trim().toLowerCase();
    if (text === "") continue;
    if (text.startsWith("*.")) suffixes.push(text.slice(1));
    else exact.add(text);
  }
  if (exact.size === 0 && suffixes.length === 0) return undefined;
  return (host, port) => {
    const name = host.toLowerCase();
    const named = `${name.includes(":") && !name.startsWith("[") ? `[${name}]` : name}:${port}`;
    return exact.has(name) || exact.has(named) || suffixes.some((suffix) => name.endsWith(suffix) || named.endsWith(suffix));
  };
}
