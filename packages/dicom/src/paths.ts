import { describeTag } from './attributes.ts';

/** A path of tags and item numbers (`00400275/0/00400007`) for people to read. */
export function describePath(path: string): string {
  const parts = path.split('/');
  return parts.map((part) => (part.length === 8 ? describeTag(part) : `item ${part}`)).join(', ');
}
