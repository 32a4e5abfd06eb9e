import type { InstanceReference } from './identity.ts';
import { describePath } from './paths.ts';

/** Why a dataset in the DICOM JSON Model, or in the Native DICOM Model, cannot be taken. */
export type DatasetErrorCode =
  /** Not the structure of PS3.18 §F.2 or PS3.19 §A.1. */
  | 'MALFORMED'
  /** A value that its VR does not allow. */
  | 'INVALID_VALUE'
  /** More attributes, deeper nesting, or more text than allowed. */
  | 'TOO_LARGE';

/** A dataset that cannot be taken. The message says what and where, and never holds a value of the dataset. */
export class DatasetError extends Error {
  readonly code: DatasetErrorCode;
  /** Path of the attribute concerned (`00400275/0/00400007`); empty for the dataset as a whole. */
  readonly path: string;
  /** What the instance is referred to by, where the dataset tells nevertheless. */
  reference: InstanceReference | null = null;

  /** @param what A sentence without its end that fits behind `(0010,0010) PatientName: `. */
  constructor(code: DatasetErrorCode, path: string, what: string) {
    super(path === '' ? `${what}.` : `${describePath(path)}: ${what}.`);
    this.name = 'DatasetError';
    this.code = code;
    this.path = path;
  }
}

/** Does what may throw a DatasetError, which then has the reference of the dataset. @throws what the work throws */
export function withReference<T>(reference: () => InstanceReference | null, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof DatasetError) error.reference ??= reference();
    throw error;
  }
}
