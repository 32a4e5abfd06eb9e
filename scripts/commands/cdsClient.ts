import { readFile } from 'node:fs/promises';
import {
  createCdsClient,
  endCdsClient,
  listCdsClients,
  loadConfig,
  newCdsClientSchema,
} from '@hutong/storage-config';
import { readOptions, required, UsageError, type Command } from '../operate/command.ts';
import { withIndex } from '../operate/withIndex.ts';

const AUTHOR = 'hutong cds-client';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

interface Given {
  issuer: string;
  name: string;
  hospital: string;
  jwksUrl: string | undefined;
  jwksFile: string | undefined;
}

/** What is asked for, checked as the API checks it. @throws UsageError */
async function read({ jwksUrl, jwksFile, ...given }: Given) {
  const keys = jwksFile === undefined ? { jwksUrl } : { jwks: await readKeys(jwksFile), jwksUrl };
  const parsed = newCdsClientSchema.safeParse({ ...given, ...keys });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'does not fit'}`);
}

async function readKeys(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    throw new UsageError(`${file} is no JSON that can be read`);
  }
}

export const cdsClientCommand: Command = {
  name: 'cds-client',
  usage:
    'cds-client add --issuer ISS --name TEXT --hospital CODE --jwks-url URL|--jwks FILE | cds-client list | cds-client end --id ID',
  summary: 'register a hospital system that asks for reminders by CDS Hooks, list them, or end one',
  async run(args) {
    const { values, positionals } = readOptions(args, {
      issuer: { type: 'string' },
      name: { type: 'string' },
      hospital: { type: 'string' },
      'jwks-url': { type: 'string' },
      jwks: { type: 'string' },
      id: { type: 'string' },
    });
    const config = loadConfig(process.env);
    switch (positionals[0]) {
      case 'add': {
        const given = await read({
          issuer: required(values.issuer, 'issuer'),
          name: required(values.name, 'name'),
          hospital: required(values.hospital, 'hospital'),
          jwksUrl: values['jwks-url'],
          jwksFile: values.jwks,
        });
        const made = await withIndex(config, (index) =>
          createCdsClient(index, {
            ...given,
            jwks: given.jwks ?? null,
            jwksUrl: given.jwksUrl ?? null,
            createdBy: AUTHOR,
          }),
        );
        if (made === 'noHospital') throw new UsageError('there is no such hospital');
        if (made === 'issuerTaken') throw new UsageError('a system with this issuer is registered already');
        console.log(`${made.id}  ${made.hospital}  ${made.issuer}`);
        return 0;
      }
      case 'list': {
        const clients = await withIndex(config, (index) => listCdsClients(index, null));
        for (const { id, hospital, issuer, name, endedAt } of clients)
          console.log(
            `${id}  ${hospital.padEnd(20)} ${endedAt === null ? 'valid' : 'ended'}  ${issuer}  ${name}`,
          );
        return 0;
      }
      case 'end': {
        const id = required(values.id, 'id');
        if (!UUID.test(id)) throw new UsageError('--id is what list shows');
        const ended = await withIndex(config, (index) => endCdsClient(index, id, null, AUTHOR));
        if (ended === null) throw new UsageError('there is no such system in force');
        console.log(`ended: ${ended.issuer}`);
        return 0;
      }
      default:
        throw new UsageError('say add, list or end');
    }
  },
};
