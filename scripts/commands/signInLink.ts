import { createSignInLink, loadConfig } from '@hutong/storage-config';
import type { Command } from '../operate/command.ts';
import { readOptions } from '../operate/command.ts';
import { readRunState } from '../operate/runState.ts';
import { withIndex } from '../operate/withIndex.ts';

const LINK_SECONDS = 900;

export const signInLinkCommand: Command = {
  name: 'sign-in-link',
  usage: 'sign-in-link [--subject NAME]',
  summary: 'print a link that signs one person in, once, within 15 minutes',
  async run(args) {
    const { values } = readOptions(args, { subject: { type: 'string' } });
    const config = loadConfig(process.env);
    const base =
      config.publicUrl ?? readRunState(config.dataDirectory)?.url ?? `http://${config.host}:${config.port}`;
    const token = await withIndex(config, (index) =>
      createSignInLink(index, { subject: values.subject ?? 'administrator', ttlSeconds: LINK_SECONDS }),
    );
    console.log(`${base}/sign-in#${token}`);
    return 0;
  },
};
