import { offeredReasons } from '@hutong/recognition';
import {
  createReminderCard,
  remind,
  type Reminded,
  type ReminderMatch,
  type ReminderRequest,
} from '@hutong/storage-config';
import type { Request, Response } from 'express';
import { auditEvent } from '../audit/audit.ts';
import { serverUrl } from '../auth/origin.ts';
import type { ServerParts } from '../context.ts';
import type { RemindersAnswer } from '../contract/reminders.ts';
import { reminderBody } from './bodies.ts';
import type { NamedWorld, WorldSource } from './world.ts';

export type ReminderParts = Pick<ServerParts, 'index' | 'config' | 'audit' | 'personKeys'>;

/** What was answered, with the capability of its card where there is something to show. */
export interface AskedReminder extends Reminded {
  card: { token: string; expiresAt: Date } | null;
}

/**
 * Asks, keeps and audits a reminder, for whichever interface: on record are the search and each study of another hospital
 * that is named, before anything is answered.
 */
export async function askReminder(
  parts: ReminderParts,
  { req, res, world }: { req: Request; res: Response; world: NamedWorld },
  request: ReminderRequest,
): Promise<AskedReminder> {
  let card: AskedReminder['card'] = null;
  const reminded = await remind(
    parts.index,
    request,
    world,
    async ({ call, reminders, byIdentifiersAlone }) => {
      const named = studiesOf(reminders);
      // What looks like asking about people who are no patients here is found in the trail by this.
      const how = byIdentifiersAlone ? { byIdentifiersAlone: true } : {};
      const [created] = await Promise.all([
        named.length === 0 ? null : createReminderCard(parts.index, call, parts.config.reminderCardSeconds),
        auditEvent(parts, req, res, {
          action: 'search',
          hospital: request.hospital,
          patientId: request.patientId,
          count: named.length,
          detail: {
            of: 'reminders',
            channel: request.channel,
            practitioner: request.practitioner,
            reminders: reminders.map(({ id }) => id),
            items: [...new Set(reminders.flatMap(({ itemCodes }) => itemCodes))],
            ...how,
          },
        }),
        ...named.map((match) =>
          auditEvent(parts, req, res, {
            action: 'search',
            hospital: match.hospital,
            patientId: match.patientId,
            studyInstanceUid: match.studyInstanceUid,
            detail: {
              of: 'reminders',
              viewing: request.hospital,
              practitioner: request.practitioner,
              ...how,
            },
          }),
        ),
      ]);
      card = created;
    },
  );
  return { ...reminded, card };
}

/** Each study once. */
function studiesOf(reminders: Reminded['reminders']): ReminderMatch[] {
  const matches = reminders.flatMap((one) => one.matches);
  return [...new Map(matches.map((one) => [`${one.hospital} ${one.studyInstanceUid}`, one])).values()];
}

/** What is answered as JSON, with a card where there is something to show. */
export async function remindersAnswer(
  { config }: Pick<ReminderParts, 'config'>,
  { req, world: source }: { req: Request; world: WorldSource },
  { hospital }: Pick<ReminderRequest, 'hospital'>,
  { call, reminders, linked, card }: AskedReminder,
  ignoredIdentifiers: RemindersAnswer['ignoredIdentifiers'],
): Promise<RemindersAnswer> {
  const base = serverUrl(req, config);
  const world = await source();
  return {
    call,
    hospital: world.ref(hospital),
    linked,
    ignoredIdentifiers,
    reminders: reminders.map((one) => reminderBody(one, { hospital, base }, world)),
    reasons: offeredReasons(world.policy.reasons),
    card: card === null ? null : cardAt(base, card),
  };
}

/** The token stands behind `#`: no server and no proxy ever sees it in an address. */
export const cardAt = (base: string, { token, expiresAt }: { token: string; expiresAt: Date }) => ({
  url: `${base}/reminder-card#${token}`,
  expiresAt: expiresAt.toISOString(),
});
