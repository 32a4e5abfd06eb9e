import type { NoMatchReason, RecordedReminder, Reminder, ReminderMatch } from '@hutong/storage-config';
import type { ReminderBody, ReminderMatchBody, ReminderRow } from '../contract/reminders.ts';
import { isoDate } from '../dicomweb/age.ts';
import { matchText, NO_MATCH_TEXT, uncoveredText } from './reminderWords.ts';
import type { NamedWorld } from './world.ts';

/** Page of a reminder for who has an account. */
export const pageOf = (base: string, reminder: string): string => `${base}/recognition/reminders/${reminder}`;

export function matchBody(
  match: Omit<ReminderMatch, 'patientId'>,
  hospital: string,
  world: NamedWorld,
): ReminderMatchBody {
  const body = {
    position: match.position,
    hospital: world.ref(match.hospital),
    own: match.own,
    studyInstanceUid: match.studyInstanceUid,
    item: { code: match.itemCode, name: world.itemName(match.itemCode, hospital) },
    studyDate: isoDate(match.studyDate),
    ageDays: match.ageDays,
    modalities: match.modalities,
    labels: match.labels,
    verdict: 'PASS' as const,
    word: match.word,
    because: match.because,
  };
  return { ...body, text: matchText(body) };
}

/** What an order asks for beside what is answered: recognising one item must not be taken for the whole order. */
export function uncoveredBody(
  items: ReminderBody['items'],
  matches: readonly Pick<ReminderMatchBody, 'own' | 'word' | 'item'>[],
): ReminderBody['uncovered'] {
  const answered = new Set(
    matches.flatMap(({ own, word, item }) => (own || word !== 'NOT_IN_SCOPE' ? [item.code] : [])),
  );
  const left = items.filter(({ code }) => !answered.has(code));
  if (answered.size === 0 || left.length === 0) return null;
  return { items: left, text: uncoveredText(left.map(({ name }) => name)) };
}

export function reminderBody(
  { id, exam, itemCodes, emptyBecause, matches }: Reminder,
  { hospital, base }: { hospital: string; base: string },
  world: NamedWorld,
): ReminderBody {
  const items = itemCodes.map((code) => ({ code, name: world.itemName(code, hospital) }));
  const named = matches.map((match) => matchBody(match, hospital, world));
  return {
    id,
    exam: { code: exam.code, scheme: exam.scheme, name: exam.name, modality: exam.modality },
    items,
    matches: named,
    emptyBecause: emptyBecause === null ? null : emptyBody(emptyBecause),
    uncovered: uncoveredBody(items, named),
    page: pageOf(base, id),
  };
}

export const emptyBody = (code: NoMatchReason) => ({ code, text: NO_MATCH_TEXT[code] });

export function rowBody(row: RecordedReminder, world: NamedWorld): ReminderRow {
  const item = (code: string) => ({ code, name: world.itemName(code, row.hospital) });
  return {
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    hospital: world.ref(row.hospital),
    department: row.department,
    practitioner: row.practitioner,
    channel: row.channel,
    patientId: row.patientId,
    orderNumber: row.orderNumber,
    exam: { code: row.examCode, name: row.examName, modality: row.modality },
    items: row.itemCodes.map(item),
    emptyBecause: row.emptyBecause === '' ? null : row.emptyBecause,
    milliseconds: row.milliseconds,
    matches: row.matches.map((match) => ({
      position: match.position,
      hospital: world.ref(match.hospital),
      own: match.hospital === row.hospital,
      item: item(match.itemCode),
      studyDate: isoDate(match.studyDate),
      ageDays: match.ageDays,
      labels: match.labels,
      word: match.word,
      inForce: match.inForce,
      viewed: match.viewed,
      decision:
        match.decision === null
          ? null
          : { ...match.decision, decidedAt: new Date(match.decision.decidedAt).toISOString() },
    })),
  };
}
