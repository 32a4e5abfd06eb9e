import type { ProfileOptions } from '@hutong/deidentification';
import type { Author } from '../corrections/events.ts';

/** What an export is of; empty lists and null: whatever. */
export interface ExportFilter {
  hospitals: readonly string[];
  modalities: readonly string[];
  /** Codes of the mutual-recognition list that the study was judged on. */
  items: readonly string[];
  label: string | null;
  /** Study dates, `YYYYMMDD`. */
  from: string | null;
  to: string | null;
  studies: readonly string[];
}

export interface ExportOptions extends Omit<ProfileOptions, 'retainUids'> {
  dates: 'remove' | 'shift';
  /** Images whose pixels may show who the patient is: into a folder of their own, or left out. */
  flagged: 'apart' | 'leaveOut';
  /** Whether the table names items and verdicts, which were found before the texts went. */
  conformance: boolean;
}

export type ExportState = 'unreleased' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'expired';

export interface NewExport {
  project: string;
  title: string;
  /** Number of the approval by the ethics committee. */
  approval: string;
  reason: string;
  /** Hospitals whose studies the author may export; null: all. */
  hospitals: readonly string[] | null;
  filter: ExportFilter;
  options: ExportOptions;
  author: Author;
}

export interface ExportJob extends NewExport {
  id: string;
  state: ExportState;
  releasedById: string | null;
  releasedByName: string | null;
  studies: number;
  studiesDone: number;
  /** Deleted meanwhile, or not readable. */
  studiesMissing: number;
  instances: number;
  flagged: number;
  leftOut: number;
  size: number;
  createdAt: Date;
  finishedAt: Date | null;
  expiresAt: Date | null;
  failure: string | null;
}

/** One file of an archive. */
export interface ExportedFile {
  name: string;
  size: number;
  crc32: number;
  /** Why its pixels are to be looked at. */
  risks?: readonly string[];
}

/** What the table says of one study; nothing that identifies. */
export interface StudyManifest {
  pseudonym: string;
  studyInstanceUid: string;
  folder: string;
  studyDate: string;
  modalities: readonly string[];
  sex: string;
  age: string;
  items: readonly { code: string; verdict: string }[];
  files: readonly ExportedFile[];
  /** How many instances were left out, by reason. */
  leftOut: Readonly<Record<string, number>>;
}

/** A study of an export that a worker is at. */
export interface LeasedStudy {
  exportId: string;
  position: number;
  project: string;
  options: ExportOptions;
  hospital: string;
  studyInstanceUid: string;
  attempts: number;
}

export interface StudyResult {
  objectKey: string | null;
  objectSize: number;
  manifest: StudyManifest;
}

/** Prefix of objects of exports. */
export const EXPORTS_PREFIX = 'exports/';
