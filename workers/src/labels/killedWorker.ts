// For a test: a worker that looks at labels anew until it is killed. Its arguments are the address of the index and a scope.
import { openIndex } from '@hutong/storage-config';
import pino from 'pino';
import { startRelabelling } from './startRelabelling.ts';

const [, , databaseUrl = '', regionName = ''] = process.argv;
const index = openIndex({ databasePool: 3 }, { databaseUrl });
startRelabelling({ index, config: { regionName }, log: pino({ level: 'silent' }) });
