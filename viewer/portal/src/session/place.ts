/** Where somebody was when signing in was asked for, kept in this tab: a provider of identity leads through other pages. */
const PLACE = 'hutong.place';
/** Set by the page of shares, which asks for signing in too; `/s` alone is taken. */
const AFTER_SIGN_IN = 'hutong.afterSignIn';
/** Somebody was signed in with this browser when it last asked. */
const SIGNED_IN = 'hutong.signedIn';

/** Keeps the present place. The address may hold a search text, so it is told to no server. */
export function keepPlace(): void {
  const { pathname, search, hash } = window.location;
  if (pathname !== '/sign-in') sessionStorage.setItem(PLACE, pathname + search + hash);
}

/** The place that was kept, once; null when there is none. */
export function takePlace(): string | null {
  const place = sessionStorage.getItem(PLACE);
  sessionStorage.removeItem(PLACE);
  return place !== null && /^\/(?![/\\])/.test(place) ? place : null;
}

/** Goes to a shared study that asked for signing in. False: none did. */
export function goToShare(): boolean {
  const wanted = sessionStorage.getItem(AFTER_SIGN_IN);
  sessionStorage.removeItem(AFTER_SIGN_IN);
  if (wanted !== '/s') return false;
  window.location.replace('/s');
  return true;
}

export const wasSignedIn = (): boolean => localStorage.getItem(SIGNED_IN) !== null;
export function noteSignedIn(signedIn: boolean): void {
  if (signedIn) localStorage.setItem(SIGNED_IN, '1');
  else localStorage.removeItem(SIGNED_IN);
}
