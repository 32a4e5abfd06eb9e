import { attribute as known, tagOf } from '@hutong/dicom';
import { datasetLevel, HR_CREATOR, type Level, SEARCH_ATTRIBUTES } from '@hutong/server/statement';
import {
  addSearchAttribute,
  listSearchAttributes,
  loadConfig,
  MAX_SEARCH_ATTRIBUTES,
  type RegisteredState,
  removeSearchAttribute,
  SEARCHABLE_VRS,
  searchAttributeTag,
} from '@hutong/storage-config';
import { readOptions, UsageError, type Command } from '../operate/command.ts';
import { withIndex } from '../operate/withIndex.ts';

const LEVELS: readonly Level[] = ['study', 'series', 'instance'];

interface Named {
  tag: string;
  creator: string;
}

/** The attribute that the command line names. @throws UsageError */
export function readAttribute(text: string | undefined, creator: string | undefined): Named {
  if (text === undefined) throw new UsageError('say the attribute, by its keyword or tag');
  const tag = /^[0-9a-f]{8}$/i.test(text) ? text.toUpperCase() : tagOf(text);
  if (tag === undefined)
    throw new UsageError(
      `"${text.slice(0, 64)}" is neither a DICOM keyword nor a tag of eight hexadecimal digits`,
    );
  if (tag < '00080000') throw new UsageError('attributes outside of datasets cannot be made searchable');
  const isPrivate = /^[0-9A-F]{3}[13579BDF]/.test(tag);
  const name = (creator ?? '').trim();
  if (isPrivate !== (name !== ''))
    throw new UsageError(
      isPrivate ? 'a private attribute needs its --creator' : '--creator is only for private attributes',
    );
  if (isPrivate && (/^....00/.test(tag) || name === HR_CREATOR || name.length > 64))
    throw new UsageError('this private attribute cannot be made searchable');
  return { tag: searchAttributeTag(tag, name), creator: name };
}

/** Its VR and level, as given or as the dictionary has them. @throws UsageError */
export function describeAttribute(
  { tag, creator }: Named,
  given: { vr?: string | undefined; level?: string | undefined },
): { vr: string; level: Level } {
  if (SEARCH_ATTRIBUTES.some((one) => one.tag === tag))
    throw new UsageError('this attribute is searched by already, or made by the server');
  const entry = creator === '' ? known(tag) : undefined;
  const vr = given.vr ?? entry?.vr;
  if (vr === undefined)
    throw new UsageError('say the --vr of this attribute, for the dictionary does not have it');
  if (!Object.hasOwn(SEARCHABLE_VRS, vr))
    throw new UsageError(
      `attributes of VR ${vr.slice(0, 8)} cannot be made searchable; those of ${Object.keys(SEARCHABLE_VRS).toSorted().join(', ')} can`,
    );
  if (entry !== undefined && entry.vr !== vr) throw new UsageError(`the VR of this attribute is ${entry.vr}`);
  const level = LEVELS.find((one) => one === (given.level ?? datasetLevel(tag)));
  if (level === undefined) throw new UsageError('--level is study, series or instance');
  return { vr, level };
}

const nameOf = ({ tag, creator }: Named): string =>
  creator === '' ? `${tag} ${known(tag)?.keyword ?? ''}`.trim() : `${tag} of ${creator}`;

function stateOf({ ready, filled, instances, lastError }: RegisteredState): string {
  if (ready) return 'ready';
  const progress = instances === null ? 'waiting for the workers' : `filling, ${filled} of ${instances}`;
  return lastError === null ? progress : `${progress}; failed, will be tried again: ${lastError}`;
}

export const searchAttributeCommand: Command = {
  name: 'search-attribute',
  usage:
    'search-attribute add TAG|KEYWORD [--creator PRIVATE_CREATOR] [--vr VR] [--level LEVEL] | search-attribute list | search-attribute remove TAG|KEYWORD',
  summary: 'make attributes searchable over the whole archive; list them with their state, or end that',
  async run(args) {
    const { values, positionals } = readOptions(args, {
      creator: { type: 'string' },
      vr: { type: 'string' },
      level: { type: 'string' },
    });
    const config = loadConfig(process.env);
    const [verb, given] = positionals;
    switch (verb) {
      case 'add': {
        const named = readAttribute(given, values.creator);
        const described = describeAttribute(named, values);
        const outcome = await withIndex(config, (index) =>
          addSearchAttribute(index, { ...named, ...described }),
        );
        if (outcome === 'known') throw new UsageError(`${nameOf(named)} is searchable already`);
        if (outcome === 'full')
          throw new UsageError(
            `at most ${MAX_SEARCH_ATTRIBUTES} attributes can be made searchable; remove one first`,
          );
        console.log(
          `${nameOf(named)} (${described.vr}, ${described.level}) will be searchable when the workers have read what is stored; "hutong search-attribute list" shows how far they are`,
        );
        return 0;
      }
      case 'list':
        for (const one of await withIndex(config, (index) => listSearchAttributes(index)))
          console.log(`${nameOf(one).padEnd(40)} ${one.vr}  ${one.level.padEnd(8)}  ${stateOf(one)}`);
        return 0;
      case 'remove': {
        const named = readAttribute(given, values.creator);
        if (!(await withIndex(config, (index) => removeSearchAttribute(index, named))))
          throw new UsageError(
            `${nameOf(named)} was not made searchable; "hutong search-attribute list" shows what was`,
          );
        console.log(`${nameOf(named)} is no longer searchable; the workers delete its values`);
        return 0;
      }
      default:
        throw new UsageError('say add, list or remove');
    }
  },
};
