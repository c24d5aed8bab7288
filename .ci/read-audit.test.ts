import { describe, expect, it } from 'vitest';
import { readAudit } from './read-audit.ts';

const vulnerability = (severity: string) => ({
  name: 'a',
  severity,
  isDirect: true,
  via: [],
  range: '<1.2.3',
  nodes: [],
});

describe('readAudit', () => {
  it('finds nothing in a report of nothing', () => {
    expect(readAudit('{"auditReportVersion":2,"vulnerabilities":{},"metadata":{}}')).toEqual({ findings: [] });
  });

  it('finds what is high or critical, and nothing less', () => {
    const vulnerabilities = {
      calm: vulnerability('moderate'),
      low: vulnerability('low'),
      grave: vulnerability('high'),
      worst: vulnerability('critical'),
    };
    expect(readAudit(JSON.stringify({ vulnerabilities }))).toEqual({
      findings: ['grave <1.2.3: high', 'worst <1.2.3: critical'],
    });
  });

  it.each([
    ['{"message":"405 at https://host.example/","statusCode":405,"error":{"summary":"","detail":""}}', ' (405)'],
    ['{"error":{"code":"ENOTFOUND","summary":"https://host.example/","detail":""}}', ' (ENOTFOUND)'],
  ])('says why nobody can tell: %s', (output, code) => {
    expect(readAudit(output)).toEqual({ reason: `the service of advisories is out of reach${code}` });
  });

  it.each([
    ['{"error":{"code":"ENOLOCK","summary":"","detail":""}}', 'npm audit failed: ENOLOCK'],
    ['{"error":{"summary":"","detail":""}}', 'npm audit failed'],
    ['{}', 'npm audit failed'],
  ])('fails where npm itself does: %s', (output, finding) => {
    expect(readAudit(output)).toEqual({ findings: [finding] });
  });

  it('says that there is no report', () => {
    expect(readAudit('')).toEqual({ reason: 'npm audit gave no report' });
  });
});
