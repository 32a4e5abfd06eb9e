import {
  type Caller,
  type DicomwebRoot,
  type Hospitals,
  hospitalsInView,
  type View,
  viewOf,
} from '../context.ts';

/** Hospitals whose copies a caller may correct, narrowed to the root's; null: no restriction. */
export const correctableInView = (caller: Caller, root: Pick<DicomwebRoot, 'hospital'>): Hospitals =>
  hospitalsInView(caller, root, 'correct');

/** Hospitals whose copies a caller may read or correct: what is not among them does not exist for it. */
export function knownInView(caller: Caller, root: Pick<DicomwebRoot, 'hospital'>): View {
  const readable = viewOf(caller, root);
  const correctable = correctableInView(caller, root);
  const hospitals =
    readable.hospitals === null || correctable === null
      ? null
      : [...new Set([...readable.hospitals, ...correctable])];
  return { ...readable, hospitals };
}

export const isAmong = (hospitals: Hospitals, code: string): boolean =>
  hospitals === null || hospitals.includes(code);
