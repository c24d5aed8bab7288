import { getValueFormats } from '@grafana/data';

// Units that say nothing beside a count.
const PLAIN = ['', 'none', 'short'];

/** A Grafana unit id as people know it: "Dollars ($)", "tok/s"; empty for plain counts. */
export function unitText(unit: string): string {
  if (PLAIN.includes(unit)) {
    return '';
  }
  const known = getValueFormats()
    .flatMap(({ submenu = [] }) => submenu)
    .find(({ value }) => value === unit);
  // A unit of one's own is written "suffix: tok/s" or "currency:XAU ".
  return known?.text ?? unit.replace(/^\w+:/, '').trim();
}
