/** Values of attributes by keyword; an object is the item of a sequence. */
export type Value = string | number | readonly (string | number)[] | readonly Attributes[];
export interface Attributes {
  readonly [keyword: string]: Value;
}
