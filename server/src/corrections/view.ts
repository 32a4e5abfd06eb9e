import { type Caller, type DicomwebRoot, type Hospitals, hospitalsInView } from '../context.ts';

/** Hospitals whose copies a caller may correct, narrowed to the root's; null: no restriction. */
export const correctableInView = (caller: Caller, root: Pick<DicomwebRoot, 'hospital'>): Hospitals =>
  hospitalsInView(caller, root, 'correct');

/** Hospitals whose copies a caller may read or correct: what is not among them does not exist for it. */
export function knownInView(caller: Caller, root: Pick<DicomwebRoot, 'hospital'>): Hospitals {
  const readable = hospitalsInView(caller, root);
  const correctable = correctableInView(caller, root);
  return readable === null || correctable === null ? null : [...new Set([...readable, ...correctable])];
}

export const isAmong = (hospitals: Hospitals, code: string): boolean =>
  hospitals === null || hospitals.includes(code);
