//! Rows stand one under the other, whatever width the window comes to.

import { expect, test } from './fixture.ts';

test.use({ serve: { tokens: 200 } });

test('rows have their places again when the window gets another layout', async ({ page, desk }) => {
  await page.setViewportSize({ width: 1400, height: 900 });
  await page.goto(desk.url);
  await expect(desk.status).toContainText('of 200 tokens');
  for (const width of [1000, 400, 1400]) {
    await page.setViewportSize({ width, height: 900 });
    await expect
      .poll(() =>
        desk.table.getByRole('row').evaluateAll((rows) => {
          const boxes = rows.slice(1).map((row) => row.getBoundingClientRect());
          return boxes.slice(1).every((box, idx) => Math.abs(box.top - (boxes[idx]?.bottom ?? 0)) < 1.5);
        }),
      )
      .toBe(true);
  }
});
