import { DatasetError } from './datasetError.ts';

/** What a dataset given as text may come to. All have defaults. */
export interface DatasetLimits {
  /** Depth of nested sequences. Default 32. */
  maxDepth?: number;
  /** Attributes and items in all, of all datasets of one text. Default 200,000. */
  maxAttributes?: number;
}

/** Counts what a text has come to so far. */
export class DatasetCount {
  readonly maxDepth: number;
  readonly maxAttributes: number;
  #attributes = 0;

  constructor({ maxDepth = 32, maxAttributes = 200_000 }: DatasetLimits) {
    this.maxDepth = maxDepth;
    this.maxAttributes = maxAttributes;
  }

  /** @throws DatasetError TOO_LARGE. */
  add(path: string, count = 1): void {
    this.#attributes += count;
    if (this.#attributes > this.maxAttributes)
      throw new DatasetError('TOO_LARGE', path, `has more than ${this.maxAttributes} attributes and items`);
  }

  /** @throws DatasetError TOO_LARGE. */
  descend(path: string, depth: number): void {
    if (depth > this.maxDepth)
      throw new DatasetError('TOO_LARGE', path, `is nested deeper than ${this.maxDepth} sequences`);
  }
}
