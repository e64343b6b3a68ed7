/** Live documents: JSON objects that numbered RFC 7396 merge patches change. Everything here is pure. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Doc = { [key: string]: Json };

const isObject = (value: Json | undefined): value is Doc =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Returns what `patch` makes of `target` (RFC 7396, section 2). Neither argument is changed; untouched parts are shared. */
export function merge(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const result: Doc = Object.create(null) as Doc; // no prototype: a key named __proto__ is only a key
  if (isObject(target)) for (const key of Object.keys(target)) result[key] = target[key] as Json;
  for (const key of Object.keys(patch)) {
    const value = patch[key] as Json;
    if (value === null) delete result[key];
    else result[key] = merge(result[key], value);
  }
  return result;
}

/** Reads `a.b.c` out of a document; undefined where the path ends early. */
export function at(doc: Json | undefined, path: string): Json | undefined {
  let value: Json | undefined = doc;
  for (const key of path.split(".")) {
    if (!isObject(value) || !Object.prototype.hasOwnProperty.call(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

export const present = (value: Json | undefined): boolean =>
  value !== undefined && value !== null && value !== false && value !== 0 && value !== "" &&
  !(isObject(value) && Object.keys(value).length === 0);

/** `state:a,b; !officer`: every part must hold. */
export function holds(condition: string, read: (path: string) => Json | undefined): boolean {
  return condition.split(";").every((part) => {
    let text = part.trim();
    if (!text) return true;
    const negated = text.startsWith("!");
    if (negated) text = text.slice(1);
    const colon = text.indexOf(":");
    const path = colon < 0 ? text : text.slice(0, colon);
    const value = read(path.trim());
    const yes = colon < 0
      ? present(value)
      : text.slice(colon + 1).split(",").some((word) => word.trim() === String(value ?? ""));
    return yes !== negated;
  });
}

/** Whether two values read from documents are the same in content. */
export function same(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((value, i) => same(value, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && same(a[key], b[key]));
}

export { isObject };
