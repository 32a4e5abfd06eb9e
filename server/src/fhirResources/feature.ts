import type { Router } from 'express';

/** A search parameter of a resource, as the capability statement tells it. */
export interface SearchParameter {
  name: string;
  type: 'token' | 'date' | 'reference' | 'string' | 'uri';
  documentation?: string;
  /**
   * Its values name a patient, so they stand in the body of a `_search` alone: addresses are written to logs on their way,
   * bodies are not.
   */
  postedOnly?: true;
}

/** What can be asked of a type of resources. */
export interface Searchable {
  type: string;
  parameters: readonly SearchParameter[];
  /** Values of `_include` that are followed, `ImagingStudy:endpoint`. */
  includes?: readonly string[];
  /** Values of `_sort` that are taken; the first is the order when none is asked for. */
  sorts?: readonly string[];
  /** Canonical addresses of the profiles of what is answered. */
  profiles?: readonly string[];
}

/**
 * Routes below `/fhir`, for callers who show a credential; each route asks for its own scope. The capability statement is
 * made from the routes (`GET /Patient/:id`, `POST /Patient/_search`, …) and from what they say can be searched for.
 */
export interface FhirFeature {
  router: Router;
  searches?: readonly Searchable[];
}
