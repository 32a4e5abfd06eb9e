import type { Bilingual } from '@hutong/conformance';

/** Why the registry does not take a change; `unknown`: what it names is not there, or not for who asks. */
export type RegistryFaultCode =
  | 'unknown'
  | 'not-allowed'
  | 'unknown-scope'
  | 'unknown-hospital'
  | 'unknown-item'
  | 'unknown-centre'
  | 'unknown-account'
  | 'bad-level'
  | 'bad-day'
  | 'cycle'
  | 'default-scope'
  | 'ended'
  | 'already'
  | 'not-member'
  | 'too-many';

/** A change that the registry does not take, with words for who asked for it. */
export class RegistryFault extends Error {
  override name = 'RegistryFault';
  readonly code: RegistryFaultCode;
  readonly text: Bilingual;

  constructor(code: RegistryFaultCode, zh: string, en: string) {
    super(en);
    this.code = code;
    this.text = { zh, en };
  }
}

export const unknownHospital = (code: string): RegistryFault =>
  new RegistryFault('unknown-hospital', `没有代码为“${code}”的医院。`, `There is no hospital "${code}".`);
export const unknownScope = (name: string): RegistryFault =>
  new RegistryFault(
    'unknown-scope',
    `没有互认范围“${name}”，或该范围已终止。`,
    `There is no scope "${name}", or it ended.`,
  );

/** Whether an error is a change that the registry does not take. */
export const isRegistryFault = (error: unknown): error is RegistryFault => error instanceof RegistryFault;
