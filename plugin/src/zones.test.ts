import { zoneNames } from './zones';

describe('zoneNames', () => {
  it('lists IANA names once each, UTC first, without what only Grafana calls a zone', () => {
    const zones = zoneNames();
    expect(zones[0]).toBe('UTC');
    expect(zones).toEqual(expect.arrayContaining(['Asia/Kolkata', 'Asia/Kathmandu', 'Europe/Berlin']));
    expect(new Set(zones).size).toBe(zones.length);
    expect(zones.filter((zone) => !/^(UTC|[A-Z].*\/)/.test(zone))).toEqual([]);
  });
});
