/** Persons across hospitals: the work-list, persons, decisions, other studies of one person. */
import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query';
import type {
  MatchKindName,
  MatchStateName,
  PersonBody,
  PersonDecided,
  PersonMatchDetail,
  PersonMatchesPage,
  PersonsFound,
  StudyPerson,
} from '@hutong/server/contract/persons';
import type { Copy } from './corrections.ts';
import { getJson, queryOf, sendJson } from './http.ts';

const PERSONS = 'persons';

export const matchesQuery = (state: MatchStateName, kind: MatchKindName | '') =>
  infiniteQueryOptions({
    queryKey: [PERSONS, 'matches', state, kind],
    queryFn: ({ pageParam, signal }) =>
      getJson<PersonMatchesPage>(`/api/person-matches${queryOf({ state, kind, cursor: pageParam })}`, signal),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });

export const matchQuery = (id: string) =>
  queryOptions({
    queryKey: [PERSONS, 'match', id],
    queryFn: ({ signal }) =>
      getJson<PersonMatchDetail>(`/api/person-matches/${encodeURIComponent(id)}`, signal),
  });

export const personQuery = (id: string) =>
  queryOptions({
    queryKey: [PERSONS, 'person', id],
    queryFn: ({ signal }) => getJson<PersonBody>(`/api/persons/${encodeURIComponent(id)}`, signal),
  });

export const studyPersonQuery = ({ study, hospital }: Copy) =>
  queryOptions({
    queryKey: [PERSONS, 'study', hospital, study],
    queryFn: ({ signal }) =>
      getJson<StudyPerson>(`/api/studies/${study}/person${queryOf({ hospital })}`, signal),
    // References to ask by last some minutes.
    staleTime: 120_000,
  });

export const findPersons = (hospital: string, patientId: string) =>
  sendJson<PersonsFound>('POST', '/api/persons/search', { hospital, patientId });

export const decideMatch = (id: number, same: boolean, reason: string) =>
  sendJson<PersonDecided>('POST', `/api/person-matches/${id}`, { same, reason });

export const mergePersons = (one: string, other: string, reason: string) =>
  sendJson<PersonDecided>('POST', '/api/persons/merge', { one, other, reason });

export const separatePatients = (person: string, patients: readonly number[], reason: string) =>
  sendJson<PersonDecided>('POST', `/api/persons/${person}/separate`, { patients, reason });

export const undoEvent = (event: number, reason: string) =>
  sendJson<PersonDecided>('POST', `/api/person-events/${event}/undo`, { reason });

/** Lists and pages of persons are read anew. */
export const personsChanged = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({ queryKey: [PERSONS] });
