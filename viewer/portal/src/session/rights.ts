import type { ScopeName, SessionInfo } from '@hutong/server/contract';

/** Whether the caller holds a right in any hospital. */
export const holds = (session: SessionInfo | undefined, scope: ScopeName): boolean =>
  session?.rights[scope] !== undefined;

/** Whether the caller holds a right in one hospital. */
export function mayIn(session: SessionInfo | undefined, scope: ScopeName, hospital: string): boolean {
  const hospitals = session?.rights[scope];
  return hospitals !== undefined && (hospitals === null || hospitals.includes(hospital));
}
