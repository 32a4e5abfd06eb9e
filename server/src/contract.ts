/**
 * JSON bodies of the API under `/api` that the portal reads. Types only: the viewer imports nothing else
 * from the server. Bodies of further features stand in files of their own beside these.
 */
export type { CatalogueBody } from './contract/conformance.ts';
export type * from './contract/changes.ts';
export type * from './contract/corrections.ts';
export type * from './contract/hospital.ts';
export type * from './contract/problem.ts';
export type * from './contract/session.ts';
export type * from './contract/worklist.ts';
