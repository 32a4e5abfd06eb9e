// For a test: a worker that takes files and makes patients known until it is killed. Its arguments are the address of the
// index, its folder, and the inbox.
import { loadConfig, openIndex, openObjectStore, openPersonKeys } from '@hutong/storage-config';
import pino from 'pino';
import { startPersons } from '../persons/knowPersons.ts';
import { startInbox } from './watchInbox.ts';

const [, , databaseUrl = '', folder = '', inbox = ''] = process.argv;
const config = loadConfig({ HUTONG_DATA: folder });
const index = openIndex({ databasePool: 4 }, { databaseUrl });
const objects = await openObjectStore(config);
const log = pino({ level: 'silent' });
const personKeys = openPersonKeys(config);
startPersons(index, personKeys, { config, log });
startInbox({ index, objects, personKeys, config: { inbox }, log, pollMs: 10, quietMs: 0 });
