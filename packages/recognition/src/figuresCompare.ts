/** A figure that is not what it was. `path` names it: `total.recognised.items`. */
export interface FigureDifference {
  path: string;
  was: string;
  is: string;
}

/**
 * JSON with the members of objects in order, so that the same figures are the same bytes however they were kept.
 *
 * @throws TypeError for what JSON does not hold exactly: numbers that are not whole
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`)
      .join(',')}}`;
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    throw new TypeError('figures are whole numbers');
  return JSON.stringify(value);
}

/** Members by which rows of figures are told apart. */
const KEYS = ['hospital', 'department', 'itemCode', 'code', 'kind'] as const;

/** Where two sets of figures differ: leaves by their path, rows of tables by what they are of. */
export function compareFigures(was: unknown, is: unknown): FigureDifference[] {
  const before = new Map(leaves(was, ''));
  const after = new Map(leaves(is, ''));
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((path) => {
    const [one = '', other = ''] = [before.get(path), after.get(path)];
    return one === other ? [] : [{ path, was: one, is: other }];
  });
}

function leaves(value: unknown, path: string): [path: string, text: string][] {
  if (Array.isArray(value))
    return value.flatMap((row: unknown, at) => leaves(row, `${path}[${rowName(row, at)}]`));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([name, member]) =>
      leaves(member, path === '' ? name : `${path}.${name}`),
    );
  return [[path, String(value)]];
}

function rowName(row: unknown, at: number): string {
  if (typeof row !== 'object' || row === null) return String(at);
  const named = row as Readonly<Record<string, unknown>>;
  const names = KEYS.flatMap((key) => (typeof named[key] === 'string' ? [named[key]] : []));
  return names.length === 0 ? String(at) : names.join(' ');
}
