import { chineseDay, destinationStates, expiringEvaluations, WHOLE_REGISTRY } from '@hutong/storage-config';
import type { Pool } from 'pg';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Hospitals, ServerParts } from '../context.ts';
import type { AnsweredRequest } from '../requestLog.ts';
import { recognitionGauges } from './recognitionGauges.ts';
import { readBacklog } from './backlog.ts';
import { SharedMetrics } from './sharedMetrics.ts';

/** Seconds: from what is answered from memory to a store of gigabytes. */
const DURATIONS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120, 600];

/** A line of numbers of one hospital; codes need no escapes. */
const OF_HOSPITAL = /^[a-z_]+\{(?:[^}]*,)?hospital="([^"]*)"/;

/** How often a process that is one of several leaves its numbers for the others, in milliseconds. */
const SHARED_EVERY_MS = 5000;

/** Counters of this process, and of the index that all processes share. No label names a patient, a study or a person. */
export class ServerMetrics {
  readonly #registry = new Registry();
  readonly #index: Pool;
  readonly #shared: SharedMetrics | null;
  readonly #timer: NodeJS.Timeout | null;
  readonly #requests: Histogram<'method' | 'route' | 'status'>;
  readonly #bytes: Counter<'direction'>;
  readonly #instances: Counter<'outcome'>;
  readonly #refused: Counter<'limit'>;

  constructor({ index, config }: Pick<ServerParts, 'index' | 'config'>) {
    this.#index = index;
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Histogram({
      name: 'hutong_http_request_seconds',
      help: 'Time from the head of a request to the end of its answer, by route pattern',
      labelNames: ['method', 'route', 'status'],
      buckets: DURATIONS,
      registers,
    });
    this.#bytes = new Counter({
      name: 'hutong_http_bytes_total',
      help: 'Bytes on the wire, of requests (in) and answers (out)',
      labelNames: ['direction'],
      registers,
    });
    this.#instances = new Counter({
      name: 'hutong_instances_received_total',
      help: 'Instances that stores brought: stored, known already, corrected, failed',
      labelNames: ['outcome'],
      registers,
    });
    this.#refused = new Counter({
      name: 'hutong_requests_over_limit_total',
      help: 'Requests refused because one caller or address made too many',
      labelNames: ['limit'],
      registers,
    });
    this.#gaugesOfPool(registers);
    this.#gaugesOfIndex(registers);
    recognitionGauges(index, registers, sharedFor);
    this.#gaugesOfRegistry(registers, config.qualificationWarningDays);
    this.#gaugesOfAuditExport(registers, config.auditExport.destinations);
    this.#shared = config.servers > 1 ? new SharedMetrics(config.dataDirectory) : null;
    this.#timer = this.#shared === null ? null : setInterval(() => void this.#leave(), SHARED_EVERY_MS);
    this.#timer?.unref();
  }

  /** Counts a request that ended. */
  answered(line: AnsweredRequest): void {
    const { method, route, status, durationMs, bytesIn, bytesOut } = line;
    this.#requests.observe({ method, route, status: String(status) }, durationMs / 1000);
    this.#bytes.inc({ direction: 'in' }, bytesIn);
    this.#bytes.inc({ direction: 'out' }, bytesOut);
    for (const outcome of ['stored', 'known', 'corrected', 'failed'] as const) {
      const count = line[outcome];
      if (typeof count === 'number' && count > 0) this.#instances.inc({ outcome }, count);
    }
  }

  /** @param limit which bound a request went beyond */
  refused(limit: string): void {
    this.#refused.inc({ limit });
  }

  /** All of it as Prometheus reads it, of all server processes of the machine together. */
  /** @param hospitals whose own numbers are told; null: all */
  async read(hospitals: Hospitals): Promise<{ type: string; text: string }> {
    const whole = this.#shared === null ? this.#registry : await this.#shared.together(this.#registry);
    const text = await whole.metrics();
    const isTold = (line: string): boolean => {
      const [, hospital] = OF_HOSPITAL.exec(line) ?? [];
      return hospital === undefined || hospitals === null || hospitals.includes(hospital);
    };
    return { type: this.#registry.contentType, text: text.split('\n').filter(isTold).join('\n') };
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    void this.#shared?.remove();
  }

  async #leave(): Promise<void> {
    // What cannot be left now is left the next time; a disk that is full shows elsewhere.
    await this.#shared?.leave(this.#registry).catch(() => undefined);
  }

  #gaugesOfPool(registers: Registry[]): void {
    const index = this.#index;
    new Gauge({
      name: 'hutong_index_connections',
      help: 'Connections to PostgreSQL: in use, idle; and requests that wait for one',
      labelNames: ['state'],
      registers,
      collect() {
        this.set({ state: 'used' }, index.totalCount - index.idleCount);
        this.set({ state: 'idle' }, index.idleCount);
        this.set({ state: 'waiting' }, index.waitingCount);
      },
    });
  }

  /** Each scrape reads the index once, whatever is asked of it. */
  #gaugesOfIndex(registers: Registry[]): void {
    const backlog = sharedFor(1000, () => readBacklog(this.#index));
    const common = { registers, aggregator: 'first' as const };
    new Gauge({
      name: 'hutong_jobs_due',
      help: 'Jobs that are due and not done, by kind',
      labelNames: ['kind'],
      ...common,
      async collect() {
        const { jobs } = await backlog();
        this.reset();
        for (const { kind, due } of jobs) this.set({ kind }, due);
      },
    });
    new Gauge({
      name: 'hutong_oldest_job_seconds',
      help: 'How long the oldest job that is due has waited, by kind',
      labelNames: ['kind'],
      ...common,
      async collect() {
        const { jobs } = await backlog();
        this.reset();
        for (const { kind, oldestSeconds } of jobs) this.set({ kind }, oldestSeconds);
      },
    });
    new Gauge({
      name: 'hutong_hospital_bytes',
      help: 'Bytes stored, as last counted, by hospital',
      labelNames: ['hospital'],
      ...common,
      async collect() {
        const { usage } = await backlog();
        this.reset();
        for (const { hospital, bytes } of usage) this.set({ hospital }, bytes);
      },
    });
  }

  #gaugesOfRegistry(registers: Registry[], withinDays: number): void {
    const expiring = sharedFor(60_000, () =>
      expiringEvaluations(this.#index, WHOLE_REGISTRY, chineseDay(), withinDays),
    );
    new Gauge({
      name: 'hutong_qualifications_expiring',
      help: 'Qualifications that end within HUTONG_QUALIFICATION_WARNING_DAYS, by hospital',
      labelNames: ['hospital'],
      registers,
      aggregator: 'first',
      async collect() {
        const found = Map.groupBy(await expiring(), ({ hospital }) => hospital);
        this.reset();
        for (const [hospital, ones] of found) this.set({ hospital }, ones.length);
      },
    });
  }

  #gaugesOfAuditExport(registers: Registry[], destinations: readonly string[]): void {
    if (destinations.length === 0) return;
    const states = sharedFor(1000, () => destinationStates(this.#index, destinations));
    const common = { registers, aggregator: 'first' as const, labelNames: ['destination'] as const };
    new Gauge({
      name: 'hutong_audit_export_waiting',
      help: 'Audit events that a destination has not confirmed',
      ...common,
      async collect() {
        this.reset();
        for (const { destination, waiting } of await states()) this.set({ destination }, waiting);
      },
    });
    new Gauge({
      name: 'hutong_audit_export_oldest_seconds',
      help: 'How long the oldest audit event that a destination has not confirmed has waited',
      ...common,
      async collect() {
        this.reset();
        for (const { destination, waitingSince } of await states())
          this.set({ destination }, waitingSince === null ? 0 : (Date.now() - waitingSince.getTime()) / 1000);
      },
    });
    new Gauge({
      name: 'hutong_audit_export_failures',
      help: 'Failed deliveries of audit events since the last that was confirmed',
      ...common,
      async collect() {
        this.reset();
        for (const { destination, failures } of await states()) this.set({ destination }, failures);
      },
    });
    new Gauge({
      name: 'hutong_audit_export_rejected',
      help: 'Audit events that a destination will never take',
      ...common,
      async collect() {
        this.reset();
        for (const { destination, rejected } of await states()) this.set({ destination }, rejected);
      },
    });
  }
}

/** The same answer for all who ask within some milliseconds. */
function sharedFor<T>(milliseconds: number, read: () => Promise<T>): () => Promise<T> {
  let last: { answer: Promise<T>; until: number } | null = null;
  return () => {
    if (last === null || last.until < performance.now())
      last = { answer: read(), until: performance.now() + milliseconds };
    return last.answer;
  };
}
