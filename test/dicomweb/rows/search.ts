import type { Row } from '../row.ts';
import { searchAnswerRows } from './searchAnswers.ts';
import { searchKeyRows } from './searchKeys.ts';
import { searchMatchingRows } from './searchMatching.ts';
import { searchReturnedRows } from './searchReturned.ts';

/** Search (PS3.18 10.6): keys, matching, attributes of results, everything else of the answer. */
export const searchRows: Row[] = [
  ...searchKeyRows,
  ...searchMatchingRows,
  ...searchReturnedRows,
  ...searchAnswerRows,
];
