import type { ObjectStore } from '../objectStore.ts';
import { ObjectNotFound } from '../objectStore.ts';
import type { EndedWhy } from '../corrections/formerInstances.ts';
import { readTombstones, type Tombstone } from '../corrections/tombstones.ts';

/** What the tombstones of a bucket say about its objects; of an object that none names, nothing. */
export interface ObjectStates {
  tombstones: Tombstone[];
  /** Objects that are not current, and the event that ended each. */
  ended: Map<string, { why: EndedWhy; event: number }>;
  /** Objects that are the current version; with the time of the correction, where it is one. */
  current: Map<string, { corrected: Date | null }>;
  /** SOP instances that are refused, by hospital, with the event. */
  refused: Map<string, Map<string, number>>;
  /** SOP instances that were refused and are not any more, by hospital. */
  accepted: Map<string, Set<string>>;
}

const CORRECTIONS = new Set(['corrected', 'restored', 'accepted']);

/** Reads all tombstones and follows them in the order of their events. */
export async function readObjectStates(objects: ObjectStore): Promise<ObjectStates> {
  const all = await readTombstones(objects);
  const void_ = await withoutCommit(objects, all);
  const states: ObjectStates = {
    tombstones: all.filter((tombstone) => !void_.has(tombstone)),
    ended: new Map(),
    current: new Map(),
    refused: new Map(),
    accepted: new Map(),
  };
  const corrected = new Map<string, Date>();
  for (const { event, ended, current, keptAside, refused, accepted } of states.tombstones) {
    for (const { key, why } of ended) {
      states.current.delete(key);
      states.ended.set(key, { why, event: event.id });
    }
    for (const key of current) {
      if (CORRECTIONS.has(event.kind)) corrected.set(key, event.at);
      states.ended.delete(key);
      states.current.set(key, { corrected: corrected.get(key) ?? null });
    }
    for (const key of keptAside) states.ended.delete(key);
    const uids = states.refused.get(event.hospital) ?? new Map<string, number>();
    states.refused.set(event.hospital, uids);
    const free = states.accepted.get(event.hospital) ?? new Set<string>();
    states.accepted.set(event.hospital, free);
    for (const uid of accepted) {
      uids.delete(uid);
      free.add(uid);
    }
    for (const uid of refused) {
      uids.set(uid, event.id);
      free.delete(uid);
    }
  }
  return states;
}

/**
 * Tombstones whose transaction cannot have been committed: what they made current, and nothing ended since, is not in the
 * bucket. A server that was killed between the two leaves such.
 */
async function withoutCommit(objects: ObjectStore, all: readonly Tombstone[]): Promise<Set<Tombstone>> {
  const last = new Map<string, Tombstone>();
  for (const tombstone of all) {
    for (const key of tombstone.current) last.set(key, tombstone);
    for (const { key } of tombstone.ended) last.delete(key);
  }
  const found = new Set<Tombstone>();
  for (const [key, tombstone] of last) {
    if (!found.has(tombstone) && !(await exists(objects, key))) found.add(tombstone);
  }
  return found;
}

async function exists(objects: ObjectStore, key: string): Promise<boolean> {
  try {
    await objects.stat(key);
    return true;
  } catch (error) {
    if (error instanceof ObjectNotFound) return false;
    throw error;
  }
}
