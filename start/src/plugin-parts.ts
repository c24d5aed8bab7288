import { existsSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

export interface PluginPart {
  name: string;
  /** The plugin's npm script that builds it. */
  script: string;
  sources: string[];
  /** The file that tells when it was built. */
  output: string;
  needsGo: boolean;
}

const goNames: Partial<Record<string, string>> = { win32: 'windows', x64: 'amd64', ia32: '386' };

/** Front end and back end, for the platform that this runs on. */
export function partsOf(pluginFolder: string, platform: NodeJS.Platform, architecture: string): PluginPart[] {
  const inFolder = (...names: string[]) => names.map((name) => join(pluginFolder, name));
  const suffix = platform === 'win32' ? '.exe' : '';
  const program = `gpx_ai_metrics_${goNames[platform] ?? platform}_${goNames[architecture] ?? architecture}${suffix}`;
  return [
    {
      name: 'front end',
      script: 'build',
      sources: inFolder(
        'src',
        '.config',
        'webpack.config.ts',
        'package.json',
        'CHANGELOG.md',
        'LICENSE',
        join('..', 'dashboards')
      ),
      output: join(pluginFolder, 'dist', 'module.js'),
      needsGo: false,
    },
    {
      name: 'back end',
      script: 'build:backend',
      sources: inFolder('pkg', 'go.mod', 'go.sum', 'Magefile.go', 'package.json', join('src', 'plugin.json')),
      output: join(pluginFolder, 'dist', program),
      needsGo: true,
    },
  ];
}

/** Whether a part was never built, or has changed since. */
export function isOutdated({ sources, output }: PluginPart): boolean {
  return !existsSync(output) || Math.max(...sources.map(lastChange)) > statSync(output).mtimeMs;
}

/** Notes when the build began that made a part: tools leave a file alone whose content stays the same. */
export function markBuilt({ output }: PluginPart, beganMs: number): void {
  utimesSync(output, beganMs / 1000, beganMs / 1000);
}

/** What a build left that failed half-way must not pass for a new one. */
export function discard({ output }: PluginPart): void {
  rmSync(output, { force: true });
}

/** When something in a file or folder changed last, in ms since 1970; in a folder also what was removed. */
function lastChange(path: string): number {
  const stats = statSync(path);
  return stats.isDirectory()
    ? Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => lastChange(join(path, name))))
    : stats.mtimeMs;
}
