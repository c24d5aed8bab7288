import { getTimeZones } from '@grafana/data';

/** All zones that Grafana knows, UTC first. (A browser's own list has only old names of some, such as Asia/Calcutta.) */
export function zoneNames(): string[] {
  return ['UTC', ...getTimeZones().filter((zone) => zone !== 'UTC')];
}
