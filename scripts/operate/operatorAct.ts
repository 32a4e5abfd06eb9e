import { hostname, userInfo } from 'node:os';
import { type AuditAction, type AuditEvent, AuditWriter, NOBODYS } from '@hutong/storage-config';
import type { Pool } from 'pg';
import { createLog } from './log.ts';

/** What an operator does, as it goes on record. */
export interface OperatorAct {
  /** Command and verb: `key create`. */
  command: string;
  /** Options by name; values of those that may be secret, or that nobody has looked at, are left out. */
  options: Readonly<Record<string, string | true>>;
  hospital: string;
  studyInstanceUid: string;
}

/** Options whose values say what was done and hold no secret. All others are recorded by name alone. */
const TOLD = new Set([
  'after',
  'before',
  'case',
  'category',
  'code',
  'days',
  'from',
  'hospital',
  'id',
  'item',
  'label',
  'month',
  'name',
  'name-en',
  'name-zh',
  'number',
  'reason',
  'region',
  'relink',
  'role',
  'scope',
  'scopes',
  'state',
  'study',
  'subject',
  'to',
  'until',
  'username',
  'verb',
]);

const VERB = /^[a-zA-Z][\w-]{0,39}$/;
const UID = /^[0-9.]{1,64}$/;

/** Reads a command line for the record. What stands there without an option's name is a verb, an id or a file's name. */
export function operatorAct(name: string, args: readonly string[]): OperatorAct {
  const options: Record<string, string | true> = {};
  const verbs: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (!word.startsWith('--')) {
      if (verbs.length === 0 && VERB.test(word)) verbs.push(word);
      continue;
    }
    const [option = '', ...inline] = word.slice(2).split('=');
    const next = args[at + 1];
    const follows = inline.length === 0 && next !== undefined && !next.startsWith('--');
    const value = follows ? next : inline.join('=');
    if (follows) at += 1;
    const told = TOLD.has(option) && value !== '';
    const before = options[option];
    if (told) options[option] = typeof before === 'string' ? `${before} ${value}` : value;
    else options[option] = true;
  }
  const text = (option: string): string => {
    const value = options[option];
    return typeof value === 'string' ? value : '';
  };
  return {
    command: [name, ...verbs].join(' '),
    options,
    hospital: text('hospital'),
    studyInstanceUid: UID.test(text('study')) ? text('study') : '',
  };
}

let present: OperatorAct | null = null;

/** Says which command this process carries out, before it does; what then opens the index is recorded as it. */
export function beginOperatorAct(act: OperatorAct | null): void {
  present = act;
}

/**
 * Carries out what an operator asked for, with the event of it durable before. What fails is recorded as failed beside it.
 *
 * @throws AuditUnavailable when the record cannot be written; then nothing was done
 */
export async function onRecord<T>(index: Pool, work: () => Promise<T>): Promise<T> {
  const act = present;
  if (act === null) return work();
  const writer = new AuditWriter(index, createLog('error', 'hutong'));
  await writer.record(eventOf(act, 'success'));
  try {
    return await work();
  } catch (error) {
    await writer.record(eventOf(act, 'failed'));
    throw error;
  } finally {
    await writer.stop();
  }
}

function eventOf(act: OperatorAct, outcome: AuditEvent['outcome']): AuditEvent {
  const action: AuditAction = act.command.startsWith('audit') ? 'auditRead' : 'operate';
  const user = operatorName();
  const sudo = process.env['SUDO_USER'];
  return {
    action,
    outcome,
    actor: { kind: 'system', id: `operator:${user}`, name: user, address: '', purpose: 'HOPERAT' },
    subject: { ...NOBODYS, hospital: act.hospital, studyInstanceUid: act.studyInstanceUid },
    count: 1,
    requestId: '',
    detail: {
      command: act.command,
      options: act.options,
      machine: hostname(),
      ...(sudo === undefined ? {} : { sudoUser: sudo }),
    },
  };
}

/** Name of the operating system's user who carries out a command; its number where it has none, as in containers. */
export function operatorName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
