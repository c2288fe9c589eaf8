//! A run on systems behind one proxy, so on one origin, to which a browser has six connections: one system's trouble holds up
//! neither the other nor what is read.

import { atOnce, Bulk, many } from './bulk.ts';
import { Desk } from './desk.ts';
import { expect, test } from './fixture.ts';
import { proxy } from './proxy.ts';
import type { DevServer, Token } from './server.ts';
import { say } from './texts.ts';

const active = async (server: DevServer) => (await server.tokens()).filter((it: Token) => it.is_active).length;

const CONFIG = {
  connections: ['Swift', 'Silent'].map((name) => ({ name, dialect: 'scoped', base: `/${name.toLowerCase()}/api/v1` })),
};

test('one that swallows requests has two of them; the other ends, and details are read meanwhile', async ({ page, launch, keep }) => {
  const [front, swift, silent] = [await launch({ config: CONFIG }), await launch({ tokens: 0 }), await launch({ tokens: 0 })];
  await many(swift, 20, 'swift');
  await many(silent, 10, 'silent');
  const way = (server: DevServer) => ({ origin: server.origin, prefix: '', host: new URL(server.url).host });
  const host = await keep(proxy(front, { '/swift': way(swift), '/silent': way(silent) }));
  const under = { swift: 0, silent: 0 };
  const most = { swift: 0, silent: 0 };
  const of = (url: string) => (url.endsWith('/revoke') ? (url.includes('/silent/') ? 'silent' : 'swift') : undefined);
  page.on('request', (it) => {
    const which = of(it.url());
    if (which === undefined) return;
    under[which] += 1;
    most[which] = Math.max(most[which], under[which]);
  });
  page.on('requestfinished', (it) => {
    const which = of(it.url());
    if (which !== undefined) under[which] -= 1;
  });
  await silent.fail({ method: 'POST', path: '/api/v1/tokens/*/revoke', times: 2, delay_ms: 12_000 });
  await page.goto(host.url);
  const desk = new Desk(page, host.url);
  await expect(desk.status).toContainText('30 of 30 tokens');
  const bulk = new Bulk(desk);
  await bulk.askAll('revoke');
  await expect(bulk.groups('revoke')).toHaveText([/Swift.*revoke: 20/, /Silent.*revoke: 10/]);
  await bulk.begin('revoke');
  await expect.poll(() => active(swift), { timeout: 10_000 }).toBe(0);
  // By then the other one has answered nothing.
  expect(await active(silent)).toBe(10);
  expect([under.silent, most.silent]).toEqual([2, 2]);
  // A read goes through at once.
  const before = Date.now();
  await page.evaluate(async () => (await fetch('/silent/api/v1/scopes')).text());
  expect(Date.now() - before).toBeLessThan(3_000);
  await bulk.ends('Revoked 30 of 30 tokens');
  expect([await active(swift), await active(silent)]).toEqual([0, 0]);
  const { n, most: mostOfAll } = await atOnce(page, '/revoke');
  expect(n).toBe(30);
  expect(mostOfAll).toBeLessThanOrEqual(5);
  await bulk.button(say.running.close).click();
});
