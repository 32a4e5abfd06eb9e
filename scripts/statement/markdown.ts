/** A table in Markdown; a bar inside a cell is escaped. */
export function table(heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string =>
    `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

export const code = (text: string): string => `\`${text}\``;

/** `(0008,0020)`; of a key inside a sequence the tags of the whole path. */
export const tagText = (path: string): string =>
  path
    .split('.')
    .map((tag) => `(${tag.slice(0, 4)},${tag.slice(4)})`)
    .join(' → ');
