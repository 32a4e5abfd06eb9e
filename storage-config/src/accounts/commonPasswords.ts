/**
 * What people choose first, as the published lists of leaked passwords have it: words without what is put around and
 * between them to meet rules, in lower case, with digits and signs read as the letters they stand for.
 */
const WORDS = new Set(
  `admin administrator adminadmin root rootroot toor user guest test testtest tester demo default changeme changeit secret
  letmein welcome welcomeback login master superuser super manager system sysadmin service support oracle manage
  password passwort passw passwd pass pwd mypassword passwordpassword parola
  qwerty qwertyuiop qwertyui asdfgh asdfghjkl zxcvbnm qazwsx qazwsxedc qweasd qweasdzxc qwe asd zxc qaz wsx zaq qwer asdf zxcv
  abc abcd abcde abcdef abcdefg abcdefgh abcdefghij aabbcc aa aaa a ab
  iloveyou iloveu love lovely loveme sunshine princess dragon monkey football baseball superman batman pokemon shadow
  michael jordan ashley daniel charlie freedom whatever trustno hello helloworld computer internet samsung google
  woaini woainima woaiwojia nihao nihaoma wang zhang liu chen yang huang zhao zhongguo china beijing shanghai
  aini woai mima woshishui taobao alibaba tencent qq weixin wechat
  hospital yiyuan doctor yisheng radiology radiologist yingxiang fangshe dicom pacs his ris xray health healthcare
  spring summer autumn winter january february march april june july august september october november december monday friday`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

/** Characters as they lie beside each other on a keyboard, or follow each other. */
const ROWS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  '!@#$%^&*()',
];
const KEYBOARD = [
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
  '1q2w3e4r5t6y7u8i9o0p',
  'qazwsxedcrfvtgbyhnujm',
  'zaqxswcdevfr',
];
const SIGNS: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/** Whether a password is one of the commonest, or hardly more than a row of keys. */
export function isCommon(password: string): boolean {
  const lower = password.toLowerCase();
  const letters = lower.replace(/[^\p{L}]/gu, '');
  const read = (text: string): string =>
    Array.from(text, (character) => SIGNS[character] ?? character)
      .join('')
      .replace(/[^\p{L}]/gu, '');
  // What is put in front or behind, such as years and an exclamation mark, is left out before signs are read as letters.
  const bare = lower.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  // A long text with a common word in it is a phrase; beside digits alone it is not.
  if ([letters, read(bare), read(lower)].some((word) => WORDS.has(word))) return true;
  return rest(lower) <= 2;
}

/** Characters that remain when rows of keys, three and more in a line, and repeats are taken away. */
function rest(text: string): number {
  const rows = [...ROWS, ...KEYBOARD].flatMap((row) => [row, Array.from(row).reverse().join('')]);
  let left = 0;
  let at = 0;
  while (at < text.length) {
    const run = rows.reduce((longest, row) => Math.max(longest, runIn(row, text, at)), repeats(text, at));
    if (run < 3) left += 1;
    at += run < 3 ? 1 : run;
  }
  return left;
}

function runIn(row: string, text: string, at: number): number {
  let length = 0;
  while (at + length < text.length && row.includes(text.slice(at, at + length + 1))) length += 1;
  return length;
}

function repeats(text: string, at: number): number {
  let length = 1;
  while (text[at + length] === text[at]) length += 1;
  return length;
}
