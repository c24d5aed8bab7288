import { expect } from '@grafana/plugin-e2e';
import { panelOf, test } from './test';

test('an error shows its text on the panel that caused it, and on no other', async ({
  gotoDashboardPage,
  makeDashboard,
  page,
}) => {
  const wrong = { kind: 'summary', metrics: ['no_such_metric'] };
  const right = { kind: 'summary', metrics: ['requests'] };
  const uid = await makeDashboard({
    panels: [
      panelOf('table', wrong, { id: 1, title: 'Wrong', gridPos: { x: 0, y: 0, w: 12, h: 8 } }),
      panelOf('table', right, { id: 2, title: 'Right', gridPos: { x: 12, y: 0, w: 12, h: 8 } }),
    ],
  });
  const dashboard = await gotoDashboardPage({ uid });
  const error = dashboard.getPanelByTitle('Wrong').getErrorIcon();
  await error.hover();
  await expect(page.getByRole('tooltip')).toContainText('no_such_metric');
  await expect(dashboard.getPanelByTitle('Right').data).not.toHaveCount(0);
  await expect(dashboard.getPanelByTitle('Right').getErrorIcon()).toBeHidden();
});
