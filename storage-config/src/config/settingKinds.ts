import path from 'node:path';
import { z } from 'zod';

/** Values of a shape of settings, after checking. */
export type ValuesOf<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape>>;

/** A switch, as people write it. */
export const flag = z
  .enum(['on', 'off', 'true', 'false', '1', '0'])
  .transform((value) => value === 'on' || value === 'true' || value === '1');

/** A whole number from `min` to `max`. */
export const integer = (min: number, max: number) =>
  z.coerce.number('a number is expected').int().min(min).max(max);

/** Entries with commas between them; empty ones are passed over. */
export const entriesOf = (text: string): string[] =>
  text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));

/** The absolute name of a file that was named, null of none. */
export const fileOf = (name: string | undefined): string | null =>
  name === undefined ? null : path.resolve(name);
