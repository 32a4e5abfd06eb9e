// For a test: a worker that judges again until it is killed. Its argument is the address of the index.
import { openIndex } from '@hutong/storage-config';
import { startReevaluation } from './startReevaluation.ts';
import { partsOf } from './testing.ts';

const index = openIndex({ databasePool: 3 }, { databaseUrl: process.argv[2] ?? '' });
startReevaluation(partsOf(index));
