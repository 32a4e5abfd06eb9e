import type { Verdict } from '../../src/types.ts';
import type { SeriesHeaders, StudyHeaders } from '../headers.ts';
import { ct, type CtOptions, type Maker } from '../scanners.ts';

/** A study in headers and what the catalogue must say of it. */
export interface Example {
  itemCode: string;
  expect: Verdict | 'NOT_IN_LIST' | 'NOT_ELIGIBLE';
  /** Ids of the must requirements that decide against a PASS. */
  because?: string[];
  about: string;
  study: StudyHeaders;
}

/** Adds one example; `exam` is the StudyDescription as the site wrote it. */
export type AddExample = (
  itemCode: string,
  expect: Example['expect'],
  because: string[],
  about: string,
  exam: string,
  series: SeriesHeaders[],
  common?: StudyHeaders['common'],
) => void;

/** A list of examples and the function that adds to it. */
export function exampleList(): { examples: Example[]; study: AddExample } {
  const examples: Example[] = [];
  const study: AddExample = (itemCode, expect, because, about, exam, series, common = {}) => {
    examples.push({
      itemCode,
      expect,
      ...(because.length > 0 ? { because } : {}),
      about,
      study: { common: { StudyDate: '20240603', StudyDescription: exam, ...common }, series },
    });
  };
  return { examples, study };
}

/** Agent of the enhanced scans. */
export const agent = 'Iohexol 350';

/** A scan after the injection. */
export function later(maker: Maker, description: string, options: CtOptions = {}): SeriesHeaders {
  return ct(maker, description, { at: 240, acquisition: 2, agent, ...options });
}

export const gd = { ContrastBolusAgent: 'Gadoteridol' };
