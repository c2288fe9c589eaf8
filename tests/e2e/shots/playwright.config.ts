//! How the pictures of every screen are made: as the end-to-end tests run, but into a folder of their own and with an index.

import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import base from '../playwright.config.ts';
import { FOLDER } from './asked.ts';

export default defineConfig(base, {
  testDir: '.',
  testMatch: 'shots.ts',
  timeout: 60_000,
  // In a folder that no screen is called by.
  outputDir: join(FOLDER, '.failed'),
  reporter: [['./reporter.ts']],
  // As most people have it: an end within two days must be one in the zone of whoever looks.
  use: { ...base.use, screenshot: 'only-on-failure' },
});
