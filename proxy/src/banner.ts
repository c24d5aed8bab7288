import { demoNotice } from './demo/demo-notice.ts';
import { demoPassword } from './demo/ensure-demo.ts';

/** What `npm start` says to someone who tries the product out. */
export function demoBanner(address: string): string {
  return `
AI Metrics is running at ${address}
  ${demoNotice}.

  Sign in:     login admin, password ${demoPassword}
               curl -s ${address}/api/v1/login -H 'Content-Type: application/json' \\
                 -d '{"login_name":"admin","password":"${demoPassword}"}'
  In Grafana:  add the data source "AI Metrics" (plugin/ in this folder) with the address ${address}
               and this login and password, then press "Save & test". The README shows each step.
  Your data:   set DATABASE_URL=mysql://user:password@host:3306/name and SESSION_SECRET.
  Stop:        Ctrl+C

`;
}
