import { readdirSync, readFileSync } from 'fs';
import path from 'path';

const DASHBOARDS = path.resolve(__dirname, '../../dashboards');

const readJson = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

describe('plugin.json', () => {
  it("includes each of the repository's dashboards under its title, and no other", () => {
    // Grafana lists none at all where one is missing.
    const { includes } = readJson(path.resolve(__dirname, 'plugin.json'));
    const expected = readdirSync(DASHBOARDS).map((file) => ({
      type: 'dashboard',
      name: readJson(path.join(DASHBOARDS, file)).title,
      path: `dashboards/${file}`,
    }));
    expect(includes).toHaveLength(expected.length);
    expect(includes).toEqual(expect.arrayContaining(expected));
  });
});
