type Method = (this: never, ...args: never[]) => unknown;

/**
 * Puts a method onto a prototype. The replacement gets the name, length and attributes of what it replaces.
 * @param make is given the method found there now, the prototype's own or an inherited one.
 * @returns takes it out again, unless somebody has put another one on top.
 */
export function replaceMethod<M extends Method>(prototype: object, name: string, make: (original: M) => M): () => void {
  const own = Object.getOwnPropertyDescriptor(prototype, name);
  const former = (prototype as Record<string, unknown>)[name];
  if (typeof former !== "function") throw new TypeError(`${name} of ${prototype.constructor.name} is no method in this version`);
  const replacement = make(former as M);
  Object.defineProperty(replacement, "name", { value: former.name, configurable: true });
  Object.defineProperty(replacement, "length", { value: former.length, configurable: true });
  Object.defineProperty(prototype, name, {
    value: replacement,
    writable: true,
    configurable: true,
    enumerable: own?.enumerable ?? true,
  });
  return () => {
    if ((prototype as Record<string, unknown>)[name] !== replacement) return;
    if (own) Object.defineProperty(prototype, name, own);
    else Reflect.deleteProperty(prototype, name);
  };
}
