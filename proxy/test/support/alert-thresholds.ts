import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', '..', '..', 'provisioning', 'alerting');

export interface AlertThreshold {
  setting: string;
  value: string;
}

/** The numbers in provisioned alert rules that a setting replaces, in the order of the files; one may be there repeatedly. */
export function alertThresholds(): AlertThreshold[] {
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .flatMap((text) => [
      ...text.matchAll(/(?:expression: '|minRequests: )([\d.]+)\b.* # (AIMETRICS_ALERT_[A-Z\d_]+)$/gm),
    ])
    .map(([, value = '', setting = '']) => ({ setting, value }));
}
