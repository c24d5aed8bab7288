import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { demoPassword } from '../../proxy/src/demo/ensure-demo.ts';
import { type Environment, valueOf } from './environment.ts';
import { NoGrafana } from './no-grafana.ts';

export interface DataSourceLogin {
  login: string;
  password: string;
}

export interface AdminAccount {
  password: string;
  /** How to tell somebody who sits at this machine, without a secret in a log. */
  hint: string;
}

/** Whom the data source signs in as at the proxy. */
export function chooseDataSourceLogin(env: Environment, isDemo: boolean): DataSourceLogin {
  if (isDemo) {
    return { login: 'admin', password: demoPassword };
  }
  const login = valueOf(env, 'AIMETRICS_LOGIN');
  const password = valueOf(env, 'AIMETRICS_PASSWORD');
  if (login === undefined || password === undefined) {
    const missing = ['AIMETRICS_LOGIN', 'AIMETRICS_PASSWORD'].filter((name) => valueOf(env, name) === undefined);
    throw new NoGrafana(
      `Grafana isn't started: set ${missing.join(' and ')} (the system user that its data source signs in as at the ` +
        'proxy) in the environment or in .env'
    );
  }
  return { login, password };
}

/** Grafana's own administrator. Only the demo has a password that is known: a port of this machine is open to all on it. */
export function chooseAdmin(env: Environment, isDemo: boolean, folder: string): AdminAccount {
  const given = valueOf(env, 'GF_SECURITY_ADMIN_PASSWORD');
  if (given !== undefined) {
    return { password: given, hint: 'GF_SECURITY_ADMIN_PASSWORD as it was at the first start' };
  }
  if (isDemo) {
    return { password: demoPassword, hint: demoPassword };
  }
  const path = join(folder, 'admin-password');
  return { password: keepSecret(path), hint: `in ${path}` };
}

/** The secret in a file that only its owner may read, made at random where there is none. */
export function keepSecret(path: string): string {
  if (!existsSync(path)) {
    writeFileSync(path, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  }
  return readFileSync(path, 'utf8').trim();
}
