// Writes what the product is made of, as CycloneDX: `npm run sbom -- [FILE]`.
import path from 'node:path';
import { writeBom } from './run/dependencies.ts';

const file = path.resolve(process.argv[2] ?? 'hutong.cdx.json');
await writeBom(file);
console.log(`The components, with versions and licences, stand in ${file}`);
