//! devpi by its shipped description, against a real one: tokens have no names, and what they may not do stands in texts.

import { Bulk } from '../bulk.ts';
import { expect } from '../fixture.ts';
import { local, localWith } from '../local.ts';
import { FAILED, only } from '../systems.ts';
import { ApiDesk, overApi, type Described } from './desk.ts';
import { Devpi } from './devpi.ts';
import { say } from '../texts.ts';
import { Wire } from '../wire.ts';

const COLUMNS = ['Name', 'Permissions', 'Valid from', 'Valid to', 'Is active', 'Indexes', 'Projects', 'ID', 'Actions'] as const;
const DEVPI = {
  connection: { name: 'Index', dialect: 'rest', base: '/index', api: 'apis/devpi.json' },
  account: { Username: 'root', Password: 'analytical' },
  columns: COLUMNS,
} satisfies Described<(typeof COLUMNS)[number]>;

let devpi: Devpi;
const test = overApi<Devpi, (typeof COLUMNS)[number]>(DEVPI, () => devpi);
// It takes seconds to start, so all tests have the same one.
test.describe.configure({ mode: 'serial' });
test.beforeAll(async () => {
  devpi = await Devpi.start();
});
test.afterAll(() => devpi.stop());

test('a wrong password is refused; the list says what each token may do, and until when', async ({ api, watch }) => {
  watch.expects(FAILED);
  const end = Math.floor(Date.now() / 1000) + 9000;
  const id = await devpi.add({ allowed: ['upload', 'pkg_read'], indexes: ['root/dev'], expires: end });
  const endless = await devpi.add({ expires: 'never' });
  await api.visit();
  await api.answer({ Username: 'root', Password: 'wrong' });
  await expect(api.refusal).toContainText("user 'root' could not be authenticated");
  await api.answer(DEVPI.account);
  await api.loaded();
  await api.expectSignedInAs('root');
  const row = api.rows.filter({ hasText: id });
  await expect(api.cell(row, 'Permissions')).toHaveText(/pkg_read.*upload/);
  await expect(api.cell(row, 'Valid to')).toContainText('in 2 hours');
  await expect(api.cell(row, 'Indexes')).toHaveText('root/dev');
  await expect(api.cell(row, 'Projects')).toHaveText(say.absent.notReported);
  await expect(api.cell(api.rows.filter({ hasText: endless }), 'Valid to')).toHaveText(say.absent.never);
});

test('a token is made, its secret works, and it is deleted by its id', async ({ api }) => {
  await api.enter();
  const form = await api.openCreate();
  await form.dialog.getByRole('checkbox', { name: 'upload', exact: true }).check();
  await form.dialog.getByLabel('Projects').fill('one\ntwo');
  await form.dialog.getByRole('button', { name: '30 days' }).click();
  await form.save.click();
  const secret = await api.secret.read();
  expect(await devpi.opens(secret)).toBe(true);
  await api.secret.dismiss();
  const [id, made] = Object.entries(await devpi.tokens()).find(([, it]) => it.restrictions.includes('projects=one,two')) ?? [];
  if (id === undefined) throw new Error('no token was made');
  expect(made?.restrictions).toContain('allowed=upload');
  const row = api.rows.filter({ hasText: id });
  await expect(api.cell(row, 'Projects')).toHaveText('one,two');
  await row.getByRole('button', { name: say.action.delete }).click();
  const question = api.question('Delete token');
  await expect(question).toContainText(id);
  await question.getByRole('button', { name: say.action.delete }).click();
  await expect(row).toHaveCount(0);
  expect(await devpi.opens(secret)).toBe(false);
});

test('one typed command leads to the tokens of an index that allows no other page', async ({ keep, page }) => {
  // A page of another origin may not read its answers.
  const asked = await fetch(`${devpi.origin}/+api`, { headers: { Origin: 'http://127.0.0.1:1' } });
  expect(asked.headers.get('access-control-allow-origin')).toBeNull();
  const host = await keep(local(['--connect', `devpi=${devpi.origin}`]));
  const desk = new ApiDesk(page, host.url, { ...DEVPI.connection, name: 'devpi' }, DEVPI.account, COLUMNS);
  await desk.enter();
  const form = await desk.openCreate();
  await form.dialog.getByLabel('Projects').fill('typed');
  await form.save.click();
  const secret = await desk.secret.read();
  expect(await devpi.opens(secret)).toBe(true);
  await desk.secret.dismiss();
  const row = desk.rows.filter({ hasText: 'typed' });
  await row.getByRole('button', { name: say.action.delete }).click();
  await desk.question('Delete token').getByRole('button', { name: say.action.delete }).click();
  await expect(row).toHaveCount(0);
  expect(await devpi.opens(secret)).toBe(false);
});

test('several are deleted at once through the program’s proxy, and no others', async ({ api }) => {
  const ids: string[] = [];
  for (let n = 0; n < 8; n += 1) ids.push(await devpi.add({ expires: 'never' }));
  await api.enter();
  const kept = Object.keys(await devpi.tokens()).filter((it) => !ids.includes(it));
  for (const id of ids) await api.rows.filter({ hasText: id }).getByRole('checkbox').check();
  const bulk = new Bulk(api);
  await bulk.ask('delete');
  await expect(bulk.groups('delete')).toHaveText([/delete: 8$/]);
  await bulk.begin('delete');
  await bulk.ends('Deleted 8 of 8 tokens');
  expect(Object.keys(await devpi.tokens()).sort()).toEqual(kept.sort());
});

for (const when of ['before', 'after'] as const) {
  test(`the seventh of twenty is cut off ${when} it is deleted: all are, and no others`, async ({ keep, page, watch }) => {
    // Twenty are made, deleted and looked at again, each in the time that a real devpi takes.
    test.slow();
    watch.allows(FAILED);
    const kept = Object.keys(await devpi.tokens());
    const ids: string[] = [];
    for (let n = 0; n < 20; n += 1) ids.push(await devpi.add({ expires: 'never' }));
    const wire = await keep(Wire.to(devpi));
    const host = await keep(localWith(only({ ...DEVPI.connection, base: wire.origin, proxy: true })));
    const desk = new ApiDesk(page, host.url, DEVPI.connection, DEVPI.account, COLUMNS);
    await desk.enter();
    const deleting = /^DELETE \/root\/\+tokens\//;
    wire.cut({ what: deleting, skip: 6, when });
    await page.setViewportSize({ width: 1400, height: 1600 });
    for (const id of ids) await desk.rows.filter({ hasText: id }).getByRole('checkbox').check();
    const bulk = new Bulk(desk);
    await bulk.ask('delete');
    await bulk.begin('delete');
    await bulk.ends('Deleted 20 of 20 tokens');
    expect(wire.cutsLeft).toEqual([]);
    expect(Object.keys(await devpi.tokens()).sort()).toEqual(kept.sort());
    // One was asked for again, at most; each was deleted once.
    expect([...wire.sent(deleting).values()].sort().slice(0, 19)).toEqual(Array(19).fill(1));
    expect(wire.done(deleting)).toHaveLength(20);
  });
}
