// Static checks: format, lint with types, types, import arrows. Each is named, timed and reported on its own.
import { runChecks } from './run/checks.ts';

const failed = await runChecks();
process.exit(failed.length === 0 ? 0 : 1);
