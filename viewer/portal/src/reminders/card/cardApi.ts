/** The questions of the card to the server. The token stands in bodies alone. */
import type { ReminderCardBody, ReminderPicturesBody } from '@hutong/server/contract/reminders';
import { sendJson } from '../../api/http.ts';

const PLACE = 'hutong-reminder-card';

/** The token of the address, which it leaves at once; of a page that is drawn again the one before. */
export function takeToken(): string {
  const token = window.location.hash.slice(1);
  if (token === '') return stored();
  window.history.replaceState(null, '', window.location.pathname);
  try {
    window.sessionStorage.setItem(PLACE, token);
  } catch {
    // In a frame of another site there may be no storage; then the page is opened anew by its address.
  }
  return token;
}

function stored(): string {
  try {
    return window.sessionStorage.getItem(PLACE) ?? '';
  } catch {
    return '';
  }
}

const nonNull = <Body>(body: Body | null): Body => {
  if (body === null) throw new Error('an empty answer');
  return body;
};

export const openCard = async (token: string): Promise<ReminderCardBody> =>
  nonNull(await sendJson<ReminderCardBody>('POST', '/api/reminder-cards', { token }));

export interface CardMatch {
  token: string;
  reminder: string;
  position: number;
}

export const openPictures = async (match: CardMatch): Promise<ReminderPicturesBody> =>
  nonNull(await sendJson<ReminderPicturesBody>('POST', '/api/reminder-cards/pictures', match));

export const decide = async (
  match: CardMatch,
  decision:
    | { kind: 'recognised' }
    | { kind: 'examinedAgain'; reasonCode: string; reasonText: string; patientInformed: boolean },
): Promise<void> => {
  await sendJson('POST', '/api/reminder-cards/decisions', { ...match, ...decision });
};
