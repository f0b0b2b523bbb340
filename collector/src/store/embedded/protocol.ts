/** First line on the child's standard input, as JSON. */
export interface EmbeddedOptions {
  /** Owned by the child alone. */
  readonly databaseDir: string;
  /** For insert files and the engine's configuration; emptied at start. */
  readonly scratchDir: string;
  /** Password of the user `inpooling`: only who started the child may talk to it. */
  readonly token: string;
  /** Bytes of memory for the whole engine. */
  readonly memoryLimit: number;
}

/** First line on the child's standard output, as JSON: it serves, or why it cannot. */
export type EmbeddedGreeting = { readonly port: number } | { readonly error: string };

export const embeddedUser = "inpooling";
