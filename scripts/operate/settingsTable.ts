import { describeConfig } from '@hutong/storage-config';

const HEADS = { en: ['setting', 'default', 'meaning'], zh: ['变量', '默认值', '含义'] } as const;

/** The README's table of settings, as Markdown. */
export function settingsTable(language: 'en' | 'zh'): string {
  const rows = describeConfig().map(({ name, default: value, description, descriptionZh }) => [
    `\`${name}\``,
    value === '' ? '' : `\`${value}\``,
    language === 'zh' ? descriptionZh : description,
  ]);
  return [HEADS[language], ['---', '---', '---'], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

const PLACE = /(<!-- settings -->\n)[\s\S]*?(<!-- \/settings -->)/;

/** A README with its table of settings replaced. @throws Error when it has no place for one */
export function withSettings(readme: string, table: string): string {
  if (!PLACE.test(readme)) throw new Error('the README has no place for the settings');
  return readme.replace(PLACE, (_all, open: string, close: string) => `${open}\n${table}\n\n${close}`);
}
