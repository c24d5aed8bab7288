import { z } from 'zod';

const reportSchema = z.object({
  vulnerabilities: z.record(z.string(), z.object({ severity: z.string(), range: z.string() })),
});
const failureSchema = z.object({ statusCode: z.number().optional(), error: z.object({ code: z.string().optional() }) });

// What of npm's failures is about the way to the service. All else is a fault of the call or of the lock file.
const networkCodes = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'ERR_SOCKET_TIMEOUT',
  'ETIMEDOUT',
  'FETCH_ERROR',
]);

const grave = ['high', 'critical'];

/** What `npm audit --json` wrote: packages with grave advisories, or why nobody could tell (without naming a host). */
export function readAudit(output: string): { findings: string[] } | { reason: string } {
  let value: unknown;
  try {
    value = JSON.parse(output);
  } catch {
    return { reason: 'npm audit gave no report' };
  }
  const report = reportSchema.safeParse(value);
  if (report.success) {
    const found = Object.entries(report.data.vulnerabilities).filter(([, { severity }]) => grave.includes(severity));
    return { findings: found.map(([name, { severity, range }]) => `${name} ${range}: ${severity}`) };
  }
  const failure = failureSchema.safeParse(value).data;
  const code = failure?.statusCode ?? failure?.error.code;
  if (code === undefined || (typeof code === 'string' && !networkCodes.has(code))) {
    return { findings: [`npm audit failed${code === undefined ? '' : `: ${code}`}`] };
  }
  return { reason: `the service of advisories is out of reach (${String(code)})` };
}
