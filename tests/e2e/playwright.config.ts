//! How the end-to-end tests run: in the browser that CHROMIUM names, two at a time, each against a dev server of its own.
//! cargo xtask test names Debian's Chromium without windows where it is there: the same browser at half the cost.

import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  fullyParallel: true,
  // A forgotten `test.only` must not pass for the whole.
  forbidOnly: true,
  retries: 0,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  use: {
    // A zone with summer time and one language, so that what is shown is the same everywhere.
    timezoneId: 'Europe/Berlin',
    locale: 'en-GB',
    viewport: { width: 1400, height: 900 },
    // Recording a trace of every test takes a third of the time; `npx playwright test --trace retain-on-failure` does.
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        // A host that is no loopback name, so that the page can be seen without a secure context.
        '--host-resolver-rules=MAP plain-http.test 127.0.0.1',
      ],
    },
  },
});
