/** What a real `ai_metrics` may be like. */
export interface Shape {
  name: string;
  id: string;
  /** Of the first call. */
  firstId: bigint;
  startTime: string;
  duration: string;
  cost: string;
  text: string;
  metricsTimezone: string;
  /** Costs are whole multiples of this, so that sums don't depend on their order; null for DOUBLEs with any digits. */
  costStep: number | null;
  /** Are the proxy's own tables in another database? */
  stateApart: boolean;
}

export const shapes = [
  {
    name: 'as documented',
    id: 'BIGINT UNSIGNED',
    firstId: 1n,
    startTime: 'DATETIME(3)',
    duration: 'INT UNSIGNED',
    cost: 'DECIMAL(18,8)',
    text: 'utf8mb4',
    metricsTimezone: 'UTC',
    costStep: 1e-8,
    stateApart: false,
  },
  {
    name: 'DOUBLE in Berlin, ids at 2^53',
    id: 'BIGINT UNSIGNED',
    firstId: 2n ** 53n - 12n,
    startTime: 'DATETIME(3)',
    duration: 'DOUBLE',
    cost: 'DOUBLE',
    text: 'utf8mb4',
    metricsTimezone: 'Europe/Berlin',
    costStep: 1 / 64,
    stateApart: true,
  },
  {
    name: 'FLOAT in Kathmandu, ids at 2^63',
    id: 'BIGINT UNSIGNED',
    firstId: 2n ** 63n - 12n,
    startTime: 'DATETIME(0)',
    duration: 'FLOAT',
    cost: 'FLOAT',
    text: 'utf8mb4',
    metricsTimezone: 'Asia/Kathmandu',
    costStep: 1 / 64,
    stateApart: false,
  },
  {
    name: 'TIMESTAMP, ids below 0',
    id: 'BIGINT',
    firstId: 8n,
    startTime: 'TIMESTAMP(3)',
    duration: 'DECIMAL(12,3)',
    cost: 'DECIMAL(12,4)',
    text: 'utf8mb4',
    metricsTimezone: 'Europe/Berlin',
    costStep: 1e-4,
    stateApart: true,
  },
  {
    name: 'DOUBLE with any digits in Berlin',
    id: 'INT',
    firstId: 1000n,
    startTime: 'DATETIME(0)',
    duration: 'INT',
    cost: 'DOUBLE',
    text: 'utf8mb4',
    metricsTimezone: 'Europe/Berlin',
    costStep: null,
    stateApart: false,
  },
] as const satisfies readonly [Shape, ...Shape[]];

export function tableDdl(shape: Shape): string {
  return `CREATE TABLE ai_metrics (
    id ${shape.id} NOT NULL AUTO_INCREMENT PRIMARY KEY,
    monitor_id VARCHAR(64),
    provider VARCHAR(64),
    model_name VARCHAR(128),
    start_time ${shape.startTime} NOT NULL DEFAULT '2000-01-01 00:00:00',
    end_time ${shape.startTime} NULL,
    total_time ${shape.duration},
    cost ${shape.cost},
    total_tokens INT UNSIGNED,
    prompt_tokens INT UNSIGNED,
    completion_tokens INT UNSIGNED,
    KEY start_time (start_time, provider, model_name)
  ) ENGINE = InnoDB CHARACTER SET ${shape.text}`;
}
