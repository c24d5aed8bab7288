import { dashboards } from '../test/support/dashboards.ts';
import { withoutGrafanaKeys } from '../test/support/saved-queries.ts';
import { ToolError } from '../src/cli/run-tool.ts';
import type { PanelQuestion } from './start-proxy.ts';

// Grafana asks for a point per pixel of a panel. The 24 columns of a dashboard on a usual screen.
const pixelsPerColumn = 75;

/**
 * What Grafana asks at once when somebody opens a provisioned dashboard: all its panels and annotations, with every
 * variable at its default, for which the plugin leaves out the filter. `zone` is the browser's.
 */
export function firstLoadQuestions(uid: string, zone: string): PanelQuestion[] {
  const dashboard = dashboards.find((each) => each.uid === uid);
  if (dashboard === undefined) {
    throw new ToolError(`There is no dashboard ${uid}`);
  }
  const queryOf = (target: Record<string, unknown>): unknown =>
    JSON.parse(JSON.stringify({ ...withoutGrafanaKeys(target), filters: [] }).replaceAll('$__timezone', zone));
  return [
    ...dashboard.panels.flatMap(({ title, targets, gridPos, maxDataPoints }) =>
      targets.map((target) => ({
        name: title,
        query: queryOf(target),
        maxDataPoints: typeof maxDataPoints === 'number' ? maxDataPoints : gridPos.w * pixelsPerColumn,
      }))
    ),
    ...dashboard.annotations.list.map(({ name, target }) => ({ name, query: queryOf(target) })),
  ];
}
