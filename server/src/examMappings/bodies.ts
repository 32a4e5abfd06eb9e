import type { ExamMapping, UnmappedExam } from '@hutong/storage-config';
import type { ExamMappingBody, UnmappedExamBody } from '../contract/conformance.ts';
import { authorBody } from '../decisionBody.ts';
import type { CataloguesInUse } from '../dicomweb/cataloguesInUse.ts';
import type { Suggestion } from './suggest.ts';

/** Items by their codes, named as the list of the hospital's region names them. */
const itemsOf = (codes: readonly string[], catalogues: CataloguesInUse, region: string) =>
  codes.map((code) => ({ code, name: catalogues.itemName(code, region) }));

export const mappingBody = (
  mapping: ExamMapping,
  catalogues: CataloguesInUse,
  region = '',
): ExamMappingBody => ({
  id: mapping.id,
  hospital: mapping.hospital,
  code: mapping.code,
  scheme: mapping.scheme,
  name: mapping.name,
  items: itemsOf(mapping.itemCodes, catalogues, region),
  author: authorBody(mapping.author),
  at: mapping.at.toISOString(),
  studies: mapping.studies,
});

export const unmappedBody = (
  exam: UnmappedExam,
  suggestions: readonly Suggestion[],
  catalogues: CataloguesInUse,
  mayMap: boolean,
): UnmappedExamBody => ({
  hospital: exam.hospital,
  code: exam.code,
  scheme: exam.scheme,
  name: exam.name,
  modality: exam.modality,
  studies: exam.studies,
  firstSeenAt: exam.firstSeenAt.toISOString(),
  lastSeenAt: exam.lastSeenAt.toISOString(),
  judged: exam.judged,
  suggestions: suggestions.map(({ itemCodes, because, score }) => ({
    itemCodes,
    items: itemsOf(itemCodes, catalogues, exam.region),
    because,
    score,
  })),
  mayMap,
});
