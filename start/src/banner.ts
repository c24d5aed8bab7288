import { demoNotice } from '../../proxy/src/demo/demo-notice.ts';
import { demoPassword } from '../../proxy/src/demo/ensure-demo.ts';

export interface Running {
  isDemo: boolean;
  proxyAddress: string;
  grafanaUrl: string;
  adminHint: string;
  logFile: string;
}

/** What `npm start` says once the proxy and Grafana answer. */
export function banner({ isDemo, proxyAddress, grafanaUrl, adminHint, logFile }: Running): string {
  const login = isDemo ? `login admin, password ${demoPassword}` : 'login of a system user in users';
  const lines = [
    `AI Metrics is running, with Grafana at ${grafanaUrl}`,
    ...(isDemo ? [`  ${demoNotice}.`] : []),
    '',
    `  Dashboard:   ${grafanaUrl}d/aitoys-overview`,
    `  Sign in:     ${login}`,
    `  Proxy:       ${proxyAddress} (the same login)`,
    `  Grafana API: basic authentication as Grafana's own admin, password ${adminHint}; he sees no data`,
    `  Log:         ${logFile} is Grafana's; the proxy's is here`,
    ...(isDemo ? ['  Your data:   set DATABASE_URL=mysql://user:password@host:3306/name and SESSION_SECRET.'] : []),
    '  Stop:        Ctrl+C',
  ];
  return `\n${lines.join('\n')}\n\n`;
}
