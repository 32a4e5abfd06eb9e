import {
  createAccount,
  createSignInLink,
  listAccounts,
  listHospitals,
  loadConfig,
  lostKeyWarning,
  openSecretBox,
} from '@hutong/storage-config';
import type { Command } from '../operate/command.ts';
import { startCloud } from '../operate/cloud.ts';
import { createLog } from '../operate/log.ts';
import { onRecord } from '../operate/operatorAct.ts';
import { stopOnSignal } from '../operate/processTree.ts';

const LINK_SECONDS = 3600;
const FIRST_ADMINISTRATOR = 'admin';

export const startCommand: Command = {
  name: 'start',
  usage: 'start',
  summary: 'run the whole cloud on this machine: index, server, worker',
  async run() {
    const config = loadConfig(process.env);
    const log = createLog(config.logLevel === 'info' ? 'warn' : config.logLevel, 'hutong');
    const cloud = await startCloud(config, log);
    stopOnSignal(log, () => cloud.stop());
    const hospitals = await listHospitals(cloud.index);
    console.log(`\nHutong 互通 is running at ${cloud.url}  (data in ${config.dataDirectory})`);
    if (config.auth === 'on') {
      if ((await listAccounts(cloud.index)).length === 0) {
        const { password } = await onRecord(cloud.index, () =>
          createAccount(cloud.index, {
            username: FIRST_ADMINISTRATOR,
            displayName: '管理员 Administrator',
            roles: [{ role: 'administrator', hospital: null }],
          }),
        );
        console.log(
          `\n  First administrator (shown this once, to be changed)  首个管理员（仅显示一次，首次登录须修改）\n    ${FIRST_ADMINISTRATOR}  ${password}`,
        );
      }
      const token = await onRecord(cloud.index, () =>
        createSignInLink(cloud.index, { subject: 'administrator', ttlSeconds: LINK_SECONDS }),
      );
      console.log(
        `\n  Sign in (once, within an hour)  登录链接（一小时内有效，仅可使用一次）\n    ${cloud.url}/sign-in#${token}`,
      );
    }
    const lost = await lostKeyWarning(cloud.index, openSecretBox(config));
    if (lost !== null) console.log(`\n  ! ${lost.en}\n  ! ${lost.zh}`);
    console.log(`\n  DICOMweb  ${cloud.url}/dicomweb`);
    if (hospitals.length === 0 && config.auth === 'on') {
      console.log(
        '\n  No hospital is known yet. In another terminal  尚未登记医院，请在另一终端执行：\n' +
          '    npm run hutong -- hospital add --code city-first --name-zh 市第一人民医院 --name-en "First Hospital"\n' +
          '    npm run hutong -- key create --hospital city-first --scope store,read',
      );
    }
    console.log('\n  Ctrl-C stops it.  按 Ctrl-C 停止。');
    return new Promise<number>(() => undefined);
  },
};
