import CopyWebpackPlugin from 'copy-webpack-plugin';
import path from 'path';
import { type Configuration } from 'webpack';
import scaffolded, { type Env } from './.config/webpack/webpack.config.ts';

/** The scaffold's configuration, and the dashboards that plugin.json includes: the same files that are provisioned. */
export default async (env: Env): Promise<Configuration> => {
  const config = await scaffolded(env);
  const dashboards = new CopyWebpackPlugin({
    patterns: [{ from: path.resolve('..', 'dashboards'), to: 'dashboards' }],
  });
  return { ...config, plugins: [...(config.plugins ?? []), dashboards] };
};
