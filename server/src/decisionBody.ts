import type { Author, VerdictDecision } from '@hutong/storage-config';
import type { AuthorBody, VerdictDecisionBody } from './contract/conformance.ts';

/** Who decided. The id of a key is of use to who may look after keys; its label says who it is. */
export const authorBody = ({ kind, id, name }: Author): AuthorBody => ({
  kind,
  name: name === '' ? id : name,
});

/** A decision as bodies show it. `stale`: it was made on other evidence than is seen now. */
export const decisionBody = (decision: VerdictDecision, stale: boolean): VerdictDecisionBody => ({
  id: decision.id,
  itemCode: decision.itemCode,
  verdict: decision.verdict,
  machineVerdict: decision.machineVerdict,
  reason: decision.reason,
  author: authorBody(decision.author),
  at: decision.at.toISOString(),
  stale,
});
