//! Opens every screen at every width and takes its picture in both schemes.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { test } from '../fixture.ts';
import { FOLDER, heightOf, ONLY, schemesOf, widthsOf } from './asked.ts';
import { SCREENS } from './screens.ts';

const unknown = ONLY.filter((name) => !SCREENS.some((it) => it.name === name));
if (unknown.length > 0) {
  throw new Error(`There is no screen ${unknown.join(', ')}. There are: ${SCREENS.map((it) => it.name).join(', ')}`);
}

for (const screen of SCREENS.filter((it) => ONLY.length === 0 || ONLY.includes(it.name))) {
  test.describe(screen.name, () => {
    test.use({ serve: { tokens: 200, ...screen.serve }, ...screen.use });
    const schemes = schemesOf(screen.schemes ?? ['light', 'dark']);
    for (const width of schemes.length > 0 ? widthsOf(screen.widths) : []) {
      test(String(width), async ({ page, server, watch }) => {
        // Trouble is part of what is shown.
        watch.allows(/./);
        const height = screen.height ?? heightOf(width);
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme: schemes[0] ?? 'light', ...screen.media });
        await screen.prepare?.(page);
        await screen.open({ page, server });
        if (screen.isPrinted) await print(page);
        await mkdir(join(FOLDER, screen.name), { recursive: true });
        for (const scheme of schemes) {
          await page.emulateMedia({ colorScheme: scheme });
          // Scripts of ours do not run either where those of the page do not.
          const clip = screen.use?.javaScriptEnabled === false ? undefined : await whole(page);
          const path = join(FOLDER, screen.name, `${width}-${scheme}.png`);
          await page.screenshot({ path, animations: 'disabled', ...(clip ? { fullPage: true, clip } : {}) });
        }
      });
    }
  });
}

/** Has the page look as it is printed: the browser tells it beforehand. */
async function print(page: Page): Promise<void> {
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await page.emulateMedia({ media: 'print' });
}

/** All that can be scrolled to, up to three windows of it; undefined where the window shows it, and where a dialog lies over it. */
async function whole(page: Page): Promise<{ x: number; y: number; width: number; height: number } | undefined> {
  return page.evaluate(async () => {
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const { clientWidth: width, clientHeight, scrollHeight } = document.documentElement;
    const isSeen = scrollHeight <= clientHeight || document.querySelector('dialog:modal') !== null;
    return isSeen ? undefined : { x: 0, y: 0, width, height: Math.min(scrollHeight, 3 * clientHeight) };
  });
}
