//! How the pictures of every screen are made: as the end-to-end tests run, but into a folder of their own and with an index.

import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import base from '../playwright.config.ts';
import { FOLDER, LARGE } from './asked.ts';

const { args = [], ...launchOptions } = base.use?.launchOptions ?? {};

export default defineConfig(base, {
  testDir: '.',
  testMatch: 'shots.ts',
  // Beside the folders of the screens.
  outputDir: join(FOLDER, '.failed'),
  reporter: [['./reporter.ts']],
  projects: [
    { name: 'as it is', grepInvert: LARGE },
    {
      name: 'large text',
      grep: LARGE,
      use: { launchOptions: { ...launchOptions, args: [...args, '--blink-settings=defaultFontSize=32,defaultFixedFontSize=26'] } },
    },
  ],
});
