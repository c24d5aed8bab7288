/**
 * Fails where a package that the proxy or the plugin runs with has a grave advisory. Says `NOT RUN` where the service of
 * advisories is out of reach.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { readAudit } from './read-audit.ts';

const { stdout } = spawnSync(
  'npm',
  ['audit', '--omit=dev', '--audit-level=high', '--json', '--fetch-retries=0', '--fetch-timeout=20000'],
  { cwd: join(import.meta.dirname, '..'), encoding: 'utf8', timeout: 60_000 }
);
const audit = readAudit(stdout);
if ('reason' in audit) {
  console.log(`NOT RUN: ${audit.reason}`);
} else if (audit.findings.length > 0) {
  console.log(audit.findings.join('\n'));
  process.exitCode = 1;
}
