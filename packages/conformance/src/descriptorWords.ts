import { LEXICON } from './lexicon.ts';

/** Words of the field that say nothing of a person: regions, weightings, planes, phases, views, in Chinese and Latin. */
export function descriptorWords(): string[] {
  const words: string[] = [];
  const gather = (value: unknown): void => {
    if (typeof value === 'string') words.push(value);
    else if (Array.isArray(value)) value.forEach(gather);
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) if (key !== 'id') gather(inner);
  };
  gather(LEXICON);
  return [...new Set(words)];
}
