import type { Parameter } from "../driver.ts";

/** Gives each value a parameter of its own and returns its placeholder. */
export class Binder {
  readonly parameters: Record<string, Parameter> = {};
  private count = 0;

  string(value: string): string {
    return this.bind(value, "String");
  }

  float(value: number): string {
    return this.bind(value, "Float64");
  }

  int64(value: bigint): string {
    return this.bind(value, "Int64");
  }

  private bind(value: Parameter, type: string): string {
    const name = `f${this.count++}`;
    this.parameters[name] = value;
    return `{${name}:${type}}`;
  }
}
