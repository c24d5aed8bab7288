import { existsSync, lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../proxy/src/config.ts';
import { buildPlugin, type BuildContext } from './build-plugin.ts';
import { checkVersion } from './check-version.ts';
import {
  type AdminAccount,
  chooseAdmin,
  chooseDataSourceLogin,
  type DataSourceLogin,
  keepSecret,
} from './choose-accounts.ts';
import { choosePort } from './choose-port.ts';
import { findGrafana, type Installation } from './find-grafana.ts';
import { foldersIn, type GrafanaFolders, pluginId } from './grafana-settings.ts';
import { copyProvisioning } from './provisioning.ts';

/** A Grafana that can be started as soon as the proxy's address is known. */
export interface PreparedGrafana {
  installation: Installation;
  repository: string;
  configFile: string;
  folders: GrafanaFolders;
  port: number;
  admin: AdminAccount;
  secretKey: string;
  /** What Grafana shows itself to the proxy by. */
  clientSecret: string;
  dataSource: DataSourceLogin;
}

/** Looks for a Grafana and gets ready all that it needs. Throws NoGrafana where there is none or something is missing. */
export async function prepareGrafana(
  repository: string,
  config: Config,
  context: BuildContext
): Promise<PreparedGrafana> {
  const { env, say } = context;
  const pluginFolder = join(repository, 'plugin');
  const installation = findGrafana(env, process.platform);
  const { version, warning } = await checkVersion(installation, pluginFolder);
  const port = await choosePort(env, config.PORT);
  const dataSource = chooseDataSourceLogin(env, config.demo);
  say(`Found Grafana ${version} in ${installation.home}`);
  if (warning !== undefined) {
    say(warning);
  }
  await buildPlugin(pluginFolder, context);
  // Apart, because a Grafana keeps the administrator's password of its first start, and the demo's is known.
  const folder = join(repository, 'data', config.demo ? 'grafana-demo' : 'grafana');
  const folders = foldersIn(folder);
  makeFolders(folders);
  copyProvisioning(join(repository, 'provisioning'), folders.provisioning, env);
  linkPlugin(folders, join(pluginFolder, 'dist'));
  return {
    installation,
    repository,
    configFile: ensureConfigFile(folder),
    folders,
    port,
    admin: chooseAdmin(env, config.demo, folder),
    secretKey: keepSecret(join(folder, 'secret-key')),
    clientSecret: config.OIDC_CLIENT_SECRET ?? keepSecret(join(folder, 'oidc-client-secret')),
    dataSource,
  };
}

// Grafana's database has the data source's password, encrypted with a key that is beside it.
function makeFolders({ data, logs, plugins }: GrafanaFolders): void {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  mkdirSync(logs, { recursive: true });
  mkdirSync(plugins, { recursive: true });
}

function linkPlugin({ plugins }: GrafanaFolders, dist: string): void {
  const link = join(plugins, pluginId);
  const found = lstatSync(link, { throwIfNoEntry: false });
  if (found?.isSymbolicLink() === true && readlinkSync(link) === dist) {
    return;
  }
  rmSync(link, { recursive: true, force: true });
  // On Windows a junction needs no special right.
  symlinkSync(dist, link, 'junction');
}

/** Without one of its own Grafana would read `conf/custom.ini`, which may be about another Grafana's database. */
function ensureConfigFile(folder: string): string {
  const path = join(folder, 'grafana.ini');
  if (!existsSync(path)) {
    writeFileSync(path, '; For settings of the Grafana that npm start runs. What npm start sets itself wins.\n');
  }
  return path;
}
