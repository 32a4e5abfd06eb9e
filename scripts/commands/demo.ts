import path from 'node:path';
import {
  createAccount,
  createApiKey,
  createHospital,
  createSignInLink,
  loadConfig,
  recordQualification,
  resetPassword,
} from '@hutong/storage-config';
import type { Pool } from 'pg';
import { startCloud } from '../operate/cloud.ts';
import { readOptions, type Command } from '../operate/command.ts';
import { createLog } from '../operate/log.ts';
import { stopOnSignal } from '../operate/processTree.ts';

const KEY_HOURS = 12;
const LINK_SECONDS = 3600;
// The demo has a folder of its own, so that `npm start` begins empty, and does not make its viewer wait.
const DEMO_DEFAULTS = {
  HUTONG_DATA: path.join('data', 'demo'),
  HUTONG_QUIET_SECONDS: '2',
  HUTONG_SETTLED_HOURS: '0',
};

// Loaded when asked for: a server or worker does not carry the demo's pictures in memory.
const loadDemo = () => import('../demo/index.ts');

/** Records the demo's hospitals and qualifications, and keys that end by themselves. */
async function prepare(index: Pool): Promise<{ hospitalKeys: Record<string, string>; regionKey: string }> {
  const { demoHospitals, demoQualifications, DOCTOR } = await loadDemo();
  const expiresAt = new Date(Date.now() + KEY_HOURS * 3_600_000);
  const hospitalKeys: Record<string, string> = {};
  for (const hospital of demoHospitals) {
    await createHospital(index, hospital);
    const key = await createApiKey(index, {
      hospital: hospital.code,
      scopes: [
        'store',
        'read',
        'orders',
        ...(hospital.code === DOCTOR.hospital ? (['recognise'] as const) : []),
      ],
      label: 'demo',
      expiresAt,
    });
    hospitalKeys[hospital.code] = key.secret;
  }
  for (const qualification of demoQualifications) await recordQualification(index, qualification);
  const { secret } = await createApiKey(index, {
    hospital: null,
    scopes: ['read', 'review', 'figures'],
    label: 'demo',
    expiresAt,
  });
  return { hospitalKeys, regionKey: secret };
}

/** The doctor who is reminded, with a password that is good for choosing an own one; each start gives another. */
async function doctorPassword(index: Pool): Promise<string> {
  const { username, displayName, hospital } = (await loadDemo()).DOCTOR;
  const known = await resetPassword(index, username);
  const roles = [{ role: 'clinician', hospital }] as const;
  return known ?? (await createAccount(index, { username, displayName, roles })).password;
}

export const demoCommand: Command = {
  name: 'demo',
  usage: 'demo [--once]',
  summary: 'run the cloud with studies of three hospitals; --once ends after the table',
  async run(args) {
    const { values } = readOptions(args, { once: { type: 'boolean', default: false } });
    for (const [name, value] of Object.entries(DEMO_DEFAULTS)) process.env[name] ??= value;
    const config = loadConfig(process.env);
    const log = createLog(config.logLevel === 'info' ? 'warn' : config.logLevel, 'hutong');
    console.log('Starting the cloud …  正在启动影像云');
    const cloud = await startCloud(config, log);
    stopOnSignal(log, () => cloud.stop());
    const { hospitalKeys, regionKey } = await prepare(cloud.index);
    const { runDemo } = await loadDemo();
    const { unexpected, reminder } = await runDemo({
      baseUrl: cloud.url,
      hospitalKeys,
      regionKey,
      once: values.once,
      out: process.stdout,
    });
    if (values.once) {
      await cloud.stop();
      return unexpected.length === 0 ? 0 : 1;
    }
    const token = await createSignInLink(cloud.index, { subject: 'administrator', ttlSeconds: LINK_SECONDS });
    console.log(`\n  Open  打开（一小时内有效，仅可使用一次）\n    ${cloud.url}/sign-in#${token}`);
    if (reminder !== null) {
      const { username } = (await loadDemo()).DOCTOR;
      console.log(
        `\n  As the doctor, in a private window  以医师身份，用无痕窗口打开（${username} / ${await doctorPassword(cloud.index)}）\n    ${reminder}`,
      );
    }
    console.log('\n  Ctrl-C stops it.  按 Ctrl-C 停止。');
    return new Promise<number>(() => undefined);
  },
};
