import { createHash } from 'node:crypto';
import type { Bilingual } from '@hutong/conformance';
import type { OfferedReason } from '@hutong/recognition';
import type { ReminderBody, ReminderMatchBody } from '../../contract/reminders.ts';
import { SYSTEMS } from '../../fhirResources/references.ts';
import { ageText, wordText } from '../reminderWords.ts';

/** A card has less than 140 characters of summary. */
const LONGEST_SUMMARY = 139;
/** Studies that a card offers to use instead of an order. */
const MOST_SUGGESTIONS = 3;

export interface CdsCard {
  uuid: string;
  summary: string;
  detail: string;
  indicator: 'info' | 'warning';
  source: { label: string; url: string; topic: { system: string; code: string; display: string } };
  suggestions?: {
    label: string;
    uuid: string;
    actions: { type: 'delete'; description: string; resourceId: string[] }[];
  }[];
  selectionBehavior?: 'at-most-one';
  overrideReasons?: { system: string; code: string; display: string }[];
  links: { label: string; url: string; type: 'absolute' }[];
}

export interface CardContext {
  language: keyof Bilingual;
  reasons: readonly OfferedReason[];
  base: string;
  /** Embeddable page of the call. */
  cardUrl: string | null;
  /** `ServiceRequest/…` of the order; null: it has no id, so that it cannot be removed. */
  order: string | null;
}

/** Whether a label is for the hospital that asks, and so something is to be decided. */
export const isToDecide = ({ own, word }: Pick<ReminderMatchBody, 'own' | 'word'>): boolean =>
  !own && word !== 'NOT_IN_SCOPE';

/** The card of a reminder; null where it names nothing. Its uuid is the reminder's id. */
export function cdsCard(reminder: ReminderBody, context: CardContext): CdsCard | null {
  const [first, ...others] = reminder.matches;
  if (first === undefined) return null;
  const { language, reasons, base } = context;
  const say = ({ zh, en }: Bilingual): string => (language === 'zh' ? zh : en);
  const toDecide = reminder.matches.filter(isToDecide);
  const { order } = context;
  // Of an order that asks for several items one study is no answer to remove it for.
  const suggestions =
    order === null || reminder.items.length !== 1
      ? []
      : toDecide.slice(0, MOST_SUGGESTIONS).map((match) => suggestionOf(reminder.id, match, order, say));
  return {
    uuid: reminder.id,
    summary: summaryOf(first, others.length, say),
    detail: detailOf(reminder, say),
    indicator: toDecide.some(({ word }) => word === 'MUST_RECOGNISE') ? 'warning' : 'info',
    source: {
      label: say({ zh: '互通·检查结果互认', en: 'Hutong, mutual recognition' }),
      url: `${base}/`,
      topic: {
        system: 'urn:hutong:topic',
        code: 'mutual-recognition',
        display: say({ zh: '检查结果互认', en: 'Mutual recognition of imaging' }),
      },
    },
    ...(suggestions.length === 0 ? {} : { suggestions, selectionBehavior: 'at-most-one' as const }),
    ...(toDecide.length === 0
      ? {}
      : {
          overrideReasons: reasons.map(({ code, text }) => ({
            system: SYSTEMS.reasonToExamineAgain,
            code,
            display: say(text),
          })),
        }),
    links: [
      {
        label: say({ zh: '查看影像与登记', en: 'Open pictures and decide' }),
        url: reminder.page,
        type: 'absolute',
      },
      ...(context.cardUrl === null
        ? []
        : [
            {
              label: say({ zh: '互认提醒卡片', en: 'Card of the reminder' }),
              url: context.cardUrl,
              type: 'absolute' as const,
            },
          ]),
    ],
  };
}

type Say = (words: Bilingual) => string;

function summaryOf(match: ReminderMatchBody, others: number, say: Say): string {
  const { item, hospital, ageDays, labels } = match;
  const text = say({
    zh: `${item.name.zh}：${hospital.name.zh} ${ageText(ageDays).zh}已做，${labels.join('、')}，${wordText(match).zh}${others === 0 ? '' : `；另有 ${others} 项`}`,
    en: `${item.name.en}: done at ${hospital.name.en} ${ageText(ageDays).en}, ${labels.join(', ')}, ${wordText(match).en}${others === 0 ? '' : `; ${others} more`}`,
  });
  return text.length <= LONGEST_SUMMARY ? text : `${text.slice(0, LONGEST_SUMMARY - 1).toWellFormed()}…`;
}

/** Letters that would be marks of markdown or HTML are written as themselves. */
const escaped = (text: string): string =>
  text.replace(/[\\`*_{}[\]()#+!|<>~-]/g, '\\$&').replace(/\s+/g, ' ');

function detailOf({ matches, uncovered }: ReminderBody, say: Say): string {
  const lines = matches.map((match) => `- ${escaped(say(match.text))} — ${escaped(say(match.because))}`);
  const note = say({
    zh: '标识只覆盖影像与数据，不包括诊断意见。',
    en: 'A label covers images and data, never the conclusion of a physician.',
  });
  const more = uncovered === null ? [] : [`**${escaped(say(uncovered.text))}**`];
  return [lines.join('\n'), ...more, note].join('\n\n');
}

function suggestionOf(reminder: string, match: ReminderMatchBody, order: string, say: Say) {
  const label = say({
    zh: `采用 ${match.hospital.name.zh} ${match.studyDate} 的结果，撤销本申请`,
    en: `Use the result of ${match.hospital.name.en}, ${match.studyDate}, and remove this order`,
  });
  return {
    label,
    uuid: suggestionId(reminder, match.position),
    actions: [{ type: 'delete' as const, description: label, resourceId: [order] }],
  };
}

/** Id of the suggestion to use a match; the same for the same match. A UUID of version 8 (RFC 9562). */
export function suggestionId(reminder: string, position: number): string {
  const bytes = createHash('sha256')
    .update(`hutong suggestion ${reminder} ${position}`)
    .digest()
    .subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
