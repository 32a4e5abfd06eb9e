import type { Answer, Request } from './http.ts';
import { NotApplicable, type World } from './world.ts';

/**
 * - `required`: the standard says "shall".
 * - `optional`: the standard leaves it to the server; of another server that lacks it, the row is not applicable.
 * - `ours`: this project promises it; other servers are not asked.
 */
export type Level = 'required' | 'optional' | 'ours';

/** One statement of the standard and how it is proven. */
export interface Row {
  id: string;
  /** Section of PS3.18 where nothing else is said (`PS3.4 C.2.2.2.4`, `RFC 9110 14.2`). */
  section: string;
  level: Level;
  /** What is claimed, in our own words. */
  statement: string;
  /** Resolves when the statement holds. @throws NotApplicable; any other Error says what was seen instead */
  prove(world: World): Promise<void>;
}

interface RowSpec<D> {
  id: string;
  section: string;
  level?: Level;
  statement: string;
  /** What must be there before: data stored once a run. */
  given?: (world: World) => Promise<D>;
  request: (data: D, world: World) => Request | Promise<Request>;
  expect: (answer: Answer, data: D, world: World) => void | Promise<void>;
}

/** Statuses with which a server says that it does not have a feature. */
const LACKING = new Set([400, 404, 405, 406, 415, 501]);

/** A row from its parts: given, request, expect. */
export function row<D = undefined>(spec: RowSpec<D>): Row {
  const level = spec.level ?? 'required';
  return {
    id: spec.id,
    section: spec.section,
    level,
    statement: spec.statement,
    async prove(world) {
      const data = (await spec.given?.(world)) as D;
      const answer = await world.send(await spec.request(data, world));
      if (level === 'optional' && !world.target.ours && LACKING.has(answer.status))
        throw new NotApplicable(`${answer.asked} answered ${answer.status}`);
      await spec.expect(answer, data, world);
    },
  };
}
