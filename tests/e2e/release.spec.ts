//! How long a release takes from its files to the first row of a real system: npm's registry Verdaccio. It is measured, not
//! asserted, and runs where TOKENDECK_RELEASE names the folder that `cargo xtask dist` has filled.

import { execFileSync } from 'node:child_process';
import { writeFile, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Verdaccio } from './apis/verdaccio.ts';
import { expect, test } from './fixture.ts';
import { host, hostFolder } from './hosts.ts';
import { freePort } from './ports.ts';
import { started } from './local.ts';
import type { Running } from './proxy.ts';
import { only, SystemDesk, type Connection } from './systems.ts';

const RELEASE = process.env['TOKENDECK_RELEASE'];
test.skip(RELEASE === undefined, 'TOKENDECK_RELEASE names no release');
const release = resolve(RELEASE ?? '.');

for (const from of ['the archive, by Caddy', 'the program'] as const) {
  test(`from ${from}`, async ({ page }) => {
    const registry = await Verdaccio.start();
    await registry.add(true);
    const folder = await hostFolder();
    const connection: Connection = { name: 'Registry', dialect: 'rest', base: registry.origin, api: 'apis/npm.json' };
    let running: Running | undefined;
    try {
      const begin = Date.now();
      if (from === 'the program') {
        const config = join(folder, 'config.json');
        await writeFile(config, JSON.stringify(only({ ...connection, proxy: true })));
        running = await started(join(release, 'tokendeck'), ['--config', config]);
      } else {
        const archive = (await readdir(release)).find((it) => it.endsWith('.tar.gz')) ?? '';
        execFileSync('tar', ['xzf', join(release, archive), '-C', folder]);
        const unpacked = join(folder, archive.replace('.tar.gz', ''), 'page');
        const port = await freePort();
        running = await host({ server: 'Caddy', path: '/tokens', port, config: only(connection), connect: registry.origin, page: unpacked });
      }
      const ready = Date.now();
      const desk = new SystemDesk(page, running.url, connection, {}, ['Name']);
      await desk.enter('', { Token: registry.session });
      await expect(desk.rows).toHaveCount(1);
      const seconds = (to: number, since: number) => ((to - since) / 1000).toFixed(1);
      console.log(`from ${from}: served after ${seconds(ready, begin)} s, the first row after ${seconds(Date.now(), begin)} s`);
    } finally {
      await running?.stop();
      await registry.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
}
