import { z } from 'zod';

/** What the proxy's own process is told first. */
export const orderSchema = z.object({
  settings: z.record(z.string(), z.string()),
  /** Of its one user. */
  password: z.string(),
});

/** What it tells once it answers, on a port of 127.0.0.1. */
export const startedSchema = z.object({ port: z.number() });

/** What it tells whenever it is asked, by any message. */
export const statusSchema = z.object({
  /** The most memory that the process ever held (its resident set). */
  peakMemoryBytes: z.number(),
});

export type ProxyOrder = z.output<typeof orderSchema>;
export type ProxyStatus = z.output<typeof statusSchema>;

export const loginName = 'bench';
