/** Name in the output folder → contents. */
export type Files = Map<string, Buffer>;
