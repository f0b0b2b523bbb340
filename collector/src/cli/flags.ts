import { parseArgs } from "node:util";
import { nearest } from "../query/filter/nearest.ts";
import { type Call, type Command, commonFlags, type Flag } from "./command.ts";
import { Problem } from "./problem.ts";

/**
 * Reads a command's words and flags.
 * @throws Problem that names the flag: unknown (with what was probably meant), without value, given twice.
 */
export function readArguments(command: Command, args: readonly string[]): Call {
  const known: Readonly<Record<string, Flag>> = { ...command.flags, ...commonFlags };
  // A negated filter term looks like a bundle of short flags, and parseArgs would take it apart.
  const plain = args.map((arg) => (/^-[^-]/.test(arg) && arg !== "-h" ? "word" : arg));
  const options = Object.fromEntries(
    Object.entries(known).map(([name, flag]) => [
      name,
      { type: flag.value === undefined ? ("boolean" as const) : ("string" as const), ...(name === "help" && { short: "h" }) },
    ]),
  );
  const { tokens } = parseArgs({ args: plain, options, strict: false, allowPositionals: true, tokens: true });
  const flags = new Map<string, string>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(args[token.index] ?? "");
    if (token.kind !== "option") continue;
    const flag = Object.hasOwn(known, token.name) ? known[token.name] : undefined;
    const written = token.value === undefined ? undefined : token.inlineValue ? token.value : args[token.index + 1];
    if (flag === undefined) throw unknownFlag(command, token.rawName, Object.keys(known));
    checkFlag(command, token.rawName, flag, written, token.inlineValue === true);
    if (flags.has(token.name) && flag.value !== undefined) throw new Problem(`${token.rawName} is given twice`, "Keep one of them.");
    flags.set(token.name, written ?? "");
  }
  checkWords(command, flags, positionals);
  return { flags, positionals };
}

function checkFlag(command: Command, name: string, flag: Flag, value: string | undefined, inline: boolean): void {
  if (flag.later === true)
    throw new Problem(`${name} is not in this version of inpooling`, `inpooling ${command.name} --help lists what is.`);
  if (flag.value === undefined && value !== undefined)
    throw new Problem(`${name} takes no value, but ${JSON.stringify(value)} was given`, `Write ${name}`);
  if (flag.value !== undefined && (value === undefined || value === "" || (!inline && value.startsWith("--")))) {
    throw new Problem(`${name} needs a value`, `Write ${name} ${flag.value}: ${flag.about}`);
  }
}

function checkWords(command: Command, flags: ReadonlyMap<string, string>, positionals: readonly string[]): void {
  if (flags.has("help")) return;
  const [least, most] = command.words;
  const stray = positionals[most];
  const flagLike = positionals.find((word) => word.startsWith("-"));
  if (command.takesFilter === undefined && flagLike !== undefined)
    throw unknownFlag(command, flagLike, Object.keys({ ...command.flags, ...commonFlags }));
  if (stray !== undefined)
    throw new Problem(
      `inpooling ${command.name} does not know what to do with ${JSON.stringify(stray)}`,
      `Write inpooling ${command.name} ${command.usage}`,
    );
  if (positionals.length < least)
    throw new Problem(
      `inpooling ${command.name} needs ${command.usage.split(" ")[0] ?? "a word"}`,
      `Write inpooling ${command.name} ${command.usage}`,
    );
}

function unknownFlag(command: Command, written: string, known: readonly string[]): Problem {
  const meant = nearest(written.replace(/^-+/, ""), known);
  const list = `inpooling ${command.name} --help lists its flags.`;
  return new Problem(`inpooling ${command.name} has no flag ${written}`, meant === undefined ? list : `Did you mean --${meant}? ${list}`);
}

/**
 * A flag's value as a whole number.
 * @throws Problem that names flag, value and limits.
 */
export function wholeNumber(call: Call, name: string, low: number, high: number): number | undefined {
  const text = call.flags.get(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d{1,15}$/.test(text) || value < low || value > high)
    throw new Problem(`--${name} is ${JSON.stringify(text)}`, `It is a whole number from ${low} to ${high}.`);
  return value;
}
