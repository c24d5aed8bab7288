import { join } from 'node:path';

export interface Account {
  login: string;
  password: string;
}

const demoPassword = process.env.E2E_DEMO_PASSWORD || 'aitoys-demo';

/** An active system user, who is Admin in Grafana. */
export const ADMIN: Account = {
  login: process.env.E2E_LOGIN || 'admin',
  password: process.env.E2E_PASSWORD || 'aitoys-demo',
};

/** Somebody of the demo who is no system user. */
export const NORMAL_USER: Account = { login: 'viewer', password: demoPassword };

/** A system user of the demo who is disabled. */
export const DISABLED_USER: Account = { login: 'disabled', password: demoPassword };

/** Grafana's own administrator, who is nobody in `users`. */
export const GRAFANA_ADMIN: Account = {
  login: process.env.GRAFANA_ADMIN_USER || 'admin',
  password: process.env.GRAFANA_ADMIN_PASSWORD || 'aitoys-demo',
};

/** What a browser keeps of the sign-in of `ADMIN`. */
export const SIGNED_IN = join(__dirname, '..', 'playwright', '.auth', 'signed-in.json');
