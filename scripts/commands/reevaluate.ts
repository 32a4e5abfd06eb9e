import {
  beginReevaluation,
  cancelReevaluation,
  inTransaction,
  listReevaluations,
  loadConfig,
  type Reevaluation,
} from '@hutong/storage-config';
import { readOptions, UsageError, type Command } from '../operate/command.ts';
import { requireHospital } from '../operate/requireHospital.ts';
import { withIndex } from '../operate/withIndex.ts';
import { readDay } from './catalogue.ts';

/** One line that says how far a re-evaluation has come. */
export function describeReevaluation(one: Reevaluation): string {
  const { id, state, judged, total, changed, failed, reason, requestedBy, requestedAt } = one;
  const share = total === 0 ? 100 : Math.floor((judged / total) * 100);
  return `${String(id).padStart(5)}  ${state.padEnd(9)} ${String(share).padStart(3)} %  ${judged} of ${total} judged, ${changed} changed, ${failed} failed  ${reason}, ${requestedBy}, ${requestedAt.toISOString()}`;
}

export const reevaluateCommand: Command = {
  name: 'reevaluate',
  usage:
    'reevaluate [--hospital CODE[,CODE]] [--from YYYY-MM-DD] [--until YYYY-MM-DD] | reevaluate list | reevaluate cancel ID',
  summary: 'have stored studies judged again by the workers, in the background; see how far that is',
  async run(args) {
    const { values, positionals } = readOptions(args, {
      hospital: { type: 'string' },
      from: { type: 'string' },
      until: { type: 'string' },
    });
    const config = loadConfig(process.env);
    const [verb, id] = positionals;
    switch (verb) {
      case 'list':
        for (const one of await withIndex(config, (index) => listReevaluations(index, 20)))
          console.log(describeReevaluation(one));
        return 0;
      case 'cancel': {
        if (id === undefined || !/^[1-9]\d{0,14}$/.test(id))
          throw new UsageError('say its number, as "hutong reevaluate list" shows it');
        const found = await withIndex(config, (index) => cancelReevaluation(index, Number(id)));
        if (found === null) throw new UsageError(`there is no re-evaluation ${id}`);
        console.log(describeReevaluation(found));
        return 0;
      }
      case undefined: {
        const hospitals = values.hospital?.split(',').toSorted();
        const compact = (text: string | undefined, option: string) =>
          text === undefined ? {} : { [option]: readDay(text, option).replaceAll('-', '') };
        const filter = {
          ...(hospitals === undefined ? {} : { hospitals }),
          ...compact(values.from, 'from'),
          ...compact(values.until, 'until'),
        };
        const begun = await withIndex(config, async (index) => {
          for (const hospital of hospitals ?? []) await requireHospital(index, hospital);
          return inTransaction(index, (client) =>
            beginReevaluation(client, { reason: 'request', filter, requestedBy: 'hutong reevaluate' }),
          );
        });
        console.log(describeReevaluation(begun));
        return 0;
      }
      default:
        throw new UsageError('say nothing, list or cancel');
    }
  },
};
