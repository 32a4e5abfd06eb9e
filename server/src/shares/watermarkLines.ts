import type { OpenedShare } from '@hutong/storage-config';

const two = (n: number): string => String(n).padStart(2, '0');

/** What is written over pictures: who looks at them, as far as that is known, and when, to the minute. */
export function watermarkLines(share: Pick<OpenedShare, 'alias' | 'signIn'>, now = new Date()): string[] {
  const who =
    share.signIn === null
      ? `分享 ${share.alias}`
      : `${share.signIn.personName} ${share.signIn.personId} · ${share.alias}`;
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  return [who, `${day} ${two(now.getHours())}:${two(now.getMinutes())}`];
}
