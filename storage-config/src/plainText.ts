// Controls, line separators, and what turns the direction of writing: it would make a name look like another.
const TRICKS = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/u;

/** Text of one line as it is kept: NFC, without space around it. */
export const plainText = (text: string): string => text.trim().normalize('NFC');

/** Whether text is one line of at most `most` characters that looks like what it is. Empty text is. */
export const isPlainText = (text: string, most: number): boolean =>
  text.length <= most && text.isWellFormed() && !TRICKS.test(text);
