import { type Command, commonFlags } from "./command.ts";
import { words } from "./commands.ts";

/** What `inpooling help` prints. */
export function overview(): string {
  const longest = Math.max(...words.map((word) => word.name.length));
  return `inpooling: every call that a service makes to other people's HTTP APIs, payloads included

Usage: inpooling <command> [flags]

${words.map((word) => `  ${word.name.padEnd(longest + 2)}${word.about}`).join("\n")}

  inpooling <command> --help    its flags; query --help explains the filter language
  inpooling --version

To record a service: node --require inpooling/register app.js
`;
}

/** What `inpooling <command> --help` prints. */
export function commandHelp(command: Command): string {
  const flags = Object.entries({ ...command.flags, ...commonFlags }).filter(([, flag]) => flag.later !== true);
  const names = flags.map(([name, flag]) => (flag.value === undefined ? `--${name}` : `--${name} ${flag.value}`));
  const longest = Math.max(...names.map((name) => name.length));
  const lines = flags.map(([, flag], at) => `  ${(names[at] ?? "").padEnd(longest + 2)}${flag.about}`);
  const more = command.more === undefined ? "" : `\n${command.more().trimEnd()}\n`;
  return `inpooling ${command.name}: ${command.about}\n\nUsage: inpooling ${command.name} ${command.usage}\n\n${lines.join("\n")}\n${more}`;
}
