import type { Telemetry } from '../../src/telemetry/telemetry.ts';

/** The samples of an exposition, such as `aitoys_sign_ins_total{outcome="refused"}` → 2. */
export function parseSamples(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    })
  );
}

export async function readSamples({ registry }: Telemetry): Promise<Map<string, number>> {
  return parseSamples(await registry.metrics());
}
