/**
 * The token of a sign-in link. It travels in the fragment (`/sign-in#token=…` or `/sign-in#…`), which browsers
 * send to no server. Null when the link holds none.
 */
export function tokenFromFragment(fragment: string): string | null {
  const text = fragment.replace(/^#/, '');
  const token = text.includes('=') ? (new URLSearchParams(text).get('token') ?? '') : text;
  return /^[\w.~-]{8,512}$/.test(token) ? token : null;
}
