export type ContentCoding = 'br' | 'gzip';

/**
 * The content coding that a client likes best of those offered (RFC 9110 12.5.3), of several that it likes as well the first
 * offered; null where none is acceptable, or it likes the plain answer better. A coding with a weight that is none is not
 * acceptable.
 *
 * @param header Accept-Encoding
 */
export function chooseCoding<Coding extends ContentCoding>(
  header: string | undefined,
  offered: readonly Coding[],
): Coding | null {
  const weights = new Map((header ?? '').split(',').map(weighted));
  let chosen: Coding | null = null;
  // The plain answer is always acceptable, but it counts as liked only where it is named.
  let best = weights.get('identity') ?? 0;
  for (const coding of offered) {
    const weight = weights.get(coding) ?? weights.get('*') ?? 0;
    if (weight > best || (chosen === null && weight > 0 && weight === best))
      [chosen, best] = [coding, weight];
  }
  return chosen;
}

function weighted(element: string): [coding: string, weight: number] {
  const [name = '', ...parameters] = element
    .trim()
    .toLowerCase()
    .split(/\s*;\s*/);
  const given = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
  const weight = /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(given) ? Number(given) : 0;
  return [name === 'x-gzip' ? 'gzip' : name, weight];
}
