//! Several systems on one page: the control that changes them, what follows from what each can do, and how they are
//! reached: on the page's own origin, behind a proxy, or across origins.

import type { Locator, Page } from '@playwright/test';
import { Desk } from './desk.ts';
import { expect, test as base } from './fixture.ts';
import { arrowTo, expectAccessible, tabTo } from './look.ts';
import { proxy, PROXIED } from './proxy.ts';
import { type DevServer, IS_WHOLE, part } from './server.ts';
import {
  Air,
  AIR_DEMO,
  AIR_V1,
  AIR_V2,
  AirDesk,
  FAILED,
  listen,
  Mist,
  MIST_DEMO,
  MIST_ORG,
  MIST_SELF,
  MistDesk,
  only,
  ORG,
  PT_DEMO,
  PT_SANDBOX,
  PtDesk,
  PtSandbox,
  TOKENS,
  type Connection,
  type SystemDesk,
} from './systems.ts';
import { Switcher } from './switcher.ts';
import { say } from './texts.ts';

const REFUSED_BY_CORS = /console error: .*blocked by CORS policy/;

/** The three systems, each under the name that the dev server gives it. */
interface Desks {
  pt: PtDesk;
  air: AirDesk;
  mist: MistDesk;
}

function desksAt(page: Page, url: string): Desks {
  return { pt: new PtDesk(page, url), air: new AirDesk(page, url), mist: new MistDesk(page, url) };
}

const test = base.extend<{ desks: Desks; control: Switcher; proxied: string }>({
  desks: async ({ page, server }, use) => use(desksAt(page, server.url)),
  control: async ({ page }, use) => use(new Switcher(page)),
  proxied: async ({ keep, server }, use) => use((await keep(proxy(server))).url),
});

test.describe('the choice of the system', () => {
  test('by the keyboard it goes through the choices, and shows one when that is made', async ({ control, desk, desks: { pt, air }, page }) => {
    await page.setViewportSize({ width: 900, height: 700 });
    await desk.open();
    const chosen = control.chosen;
    await control.list.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('n');
    await expect(chosen).toHaveText('NVIDIA Air');
    await expect(page.getByText(say.choice.pressEnter)).toBeVisible();
    await desk.expectParams();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await page.keyboard.press('Escape');
    await expect(chosen).toHaveText('Scoped tokens');
    await page.keyboard.press('Enter');
    await expect(page.getByText(say.choice.pressEnter)).toHaveCount(0);
    await page.keyboard.press('p');
    await page.keyboard.press('Enter');
    await expect(pt.asking).toBeVisible();
    await pt.expectParams('connection=PT Sandbox');
    await page.keyboard.press('Escape');
    await expect(control.list).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await expect(air.asking).toBeVisible();
    await air.expectParams('connection=NVIDIA Air');
  });

  test('offers the four systems and changes between them; each asks for its own sign-in', async ({
    control,
    desk,
    desks: { pt, air, mist },
    server,
  }) => {
    await server.add({ name: 'scoped one' });
    await new PtSandbox(server).add('sandboxed-one');
    await new Air(server).add('air one');
    await new Mist(server, 'org').add('mist one');
    await desk.open();
    const offered = ['All systems', 'Scoped tokens', 'PT Sandbox', 'NVIDIA Air', 'Juniper Mist'];
    await expect(control.options).toHaveText(offered);
    await desk.expectNames('scoped one');
    for (const [system, name] of [[pt, 'sandboxed-one'], [air, 'air one'], [mist, 'mist one']] as const) {
      await control.show(system.connection);
      await expect(system.asking).toBeVisible();
      // Nothing of the system before is left.
      await expect(desk.rows).toHaveCount(0);
      await system.answer(system.account);
      await system.loaded();
      await expect.poll(() => desk.rows.locator('.name bdi').allTextContents()).toEqual([name]);
      await system.expectParams(`connection=${system.connection}`);
    }
    await control.show('Scoped tokens');
    await desk.expectNames('scoped one');
    await desk.expectParams();
  });

  test('whoever changes to another system and back is still signed in', async ({ control, desks: { pt, air, mist }, page }) => {
    await pt.enter('?connection=PT+Sandbox');
    await control.show(air.connection);
    await air.answer(AIR_DEMO);
    await air.loaded();
    await control.show(mist.connection);
    await mist.answer(MIST_DEMO);
    await mist.loaded();
    for (const [system, name] of [[pt, 'demo'], [air, 'demo'], [mist, `demo@example.com, ${ORG.name}`]] as const) {
      await control.show(system.connection);
      await system.loaded();
      await system.expectSignedInAs(name);
      await expect(page.getByRole('dialog')).toHaveCount(0);
    }
  });

  test('signing out of one leaves the others signed in', async ({ control, desks: { pt, air } }) => {
    await pt.enter('?connection=PT+Sandbox');
    await control.show(air.connection);
    await air.answer(AIR_DEMO);
    await air.loaded();
    await air.signOut.click();
    await air.expectSignedOut();
    await control.show(pt.connection);
    await pt.loaded();
    await pt.expectSignedInAs('demo');
    await control.show(air.connection);
    await expect(air.asking).toBeVisible();
  });

  test('a reload asks again for the one that is shown, and then for the others', async ({ control, desks: { pt, air }, page }) => {
    await pt.enter('?connection=PT+Sandbox');
    await control.show(air.connection);
    await air.answer(AIR_DEMO);
    await air.loaded();
    await page.reload();
    await expect(air.asking).toBeVisible();
    await air.asking.getByRole('button', { name: say.tokenForm.cancel }).click();
    await control.show(pt.connection);
    await expect(pt.asking).toBeVisible();
  });

  test('an address opens its system with its filters, and Back leads to the one before', async ({
    control,
    desks: { pt },
    page,
    server,
  }) => {
    const past = new PtSandbox(server);
    await past.remove(await past.add('removed-one'));
    await past.add('active-one');
    await pt.enter('?connection=PT+Sandbox&status=deleted');
    await pt.expectNames('removed-one');
    await expect(control.chosen).toHaveText('PT Sandbox');
    await control.show('Scoped tokens');
    await pt.expectParams();
    await page.goBack();
    await pt.expectParams('connection=PT Sandbox', 'status=deleted');
    await pt.expectNames('removed-one');
  });

  test('Back, while a form is half filled in, does not throw it away', async ({ control, desk, desks: { air }, page }) => {
    await desk.open();
    await control.show(air.connection);
    await air.answer(AIR_DEMO);
    await air.loaded();
    await (await air.openCreate()).name.fill('half');
    await page.goBack();
    await expect(air.creating.name).toHaveValue('half');
  });

  test('a sign-in that is left with Back belongs to no other system', async ({ control, desk, desks: { air }, page, server }) => {
    await server.add({ name: 'scoped one' });
    await desk.open();
    await control.show(air.connection);
    await expect(air.asking).toBeVisible();
    await page.goBack();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await desk.expectNames('scoped one');
  });

  test('the accounts of the demonstration are shown where one signs in', async ({ control, desk, desks: { pt, air, mist } }) => {
    await desk.open();
    for (const [system, hint] of [
      [pt, 'Demo accounts: demo / demo as local account, ldap-demo / demo as LDAP.'],
      [air, 'Demo account: demo / demo.'],
      [mist, 'demo-2fa@example.com / demo with the code 123456.'],
    ] as const) {
      await control.show(system.connection);
      await expect(system.asking).toContainText(hint);
      await system.asking.getByRole('button', { name: say.tokenForm.cancel }).click();
    }
  });

  test('is used by the keyboard alone: to sign in, to make a token, to delete it, to sign out', async ({ control, desk, desks: { pt }, page, server }) => {
    await desk.open();
    const tab = control.tab('PT Sandbox');
    await tabTo(page, tab);
    await page.keyboard.press('Enter');
    await expect(pt.asking.getByLabel('Username')).toBeFocused();
    await page.keyboard.type('ldap-demo');
    await page.keyboard.press('Tab');
    await page.keyboard.type('demo');
    await page.keyboard.press('Tab');
    await expect(pt.asking.getByRole('radio', { name: 'Local account' })).toBeFocused();
    await page.keyboard.press('ArrowRight');
    await expect(pt.asking.getByRole('radio', { name: 'LDAP' })).toBeChecked();
    await page.keyboard.press('Enter');
    await pt.loaded();
    await pt.expectSignedInAs('ldap-demo');
    // The focus is where it was before the page asked.
    await expect(tab).toBeFocused();
    await tabTo(page, pt.createButton);
    await page.keyboard.press('Enter');
    await page.keyboard.type('by-keys');
    await tabTo(page, pt.creating.permission('TASKS_VIEW_ALL'));
    await page.keyboard.press('Space');
    await tabTo(page, pt.creating.save);
    await page.keyboard.press('Enter');
    await tabTo(page, pt.secret.has);
    await page.keyboard.press('Space');
    await tabTo(page, pt.secret.close);
    await page.keyboard.press('Enter');
    await tabTo(page, pt.row('by-keys').getByRole('link'));
    await arrowTo(page, 'ArrowRight', pt.action('Delete', 'by-keys'));
    await page.keyboard.press('Enter');
    await tabTo(page, pt.question('Delete token').getByRole('button', { name: say.action.delete }));
    await page.keyboard.press('Enter');
    await expect(pt.question('Delete token')).toBeHidden();
    expect((await new PtSandbox(server).named('by-keys'))[0]?.deleted).not.toBeNull();
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(false);
    await tabTo(page, pt.signOut);
    await page.keyboard.press('Enter');
    await pt.expectSignedOut();
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(false);
  });
});

test.describe('what the page shows follows from what the system can do', () => {
  /** What a system has of the page. */
  interface Facet {
    title: string;
    connection: Connection;
    of: keyof Desks;
    filters: string[];
    fields: string[];
    verbs: string[];
  }

  const FACETS: Facet[] = [
    {
      title: 'PT Sandbox',
      connection: PT_SANDBOX,
      of: 'pt',
      filters: [say.filters.searchByName, 'Search by ID', 'Permissions', 'Token status'],
      fields: ['Name', 'Permissions', 'Comment'],
      verbs: ['Delete'],
    },
    {
      title: 'NVIDIA Air, version 1',
      connection: AIR_V1,
      of: 'air',
      filters: [say.filters.searchByName, 'Search by ID', 'Token status'],
      fields: ['Name'],
      verbs: ['Delete'],
    },
    {
      title: 'NVIDIA Air, version 2',
      connection: AIR_V2,
      of: 'air',
      filters: [say.filters.searchByName, 'Search by ID', 'Token status'],
      fields: ['Name', 'Valid to'],
      verbs: ['Delete'],
    },
    {
      title: 'Juniper Mist, own tokens',
      connection: MIST_SELF,
      of: 'mist',
      filters: [say.filters.searchByName, 'Search by ID', 'Privileges', 'Token status'],
      fields: ['Name'],
      verbs: ['Edit', 'Delete'],
    },
    {
      title: "Juniper Mist, an organisation's tokens",
      connection: MIST_ORG,
      of: 'mist',
      filters: [say.filters.searchByName, 'Search by ID', 'Privileges', 'Token status'],
      fields: ['Name', 'Privileges', 'Source IPs'],
      verbs: ['Edit', 'Delete'],
    },
  ];

  for (const { title, connection, of, filters, fields, verbs } of FACETS) {
    test.describe(title, () => {
      test.use({ serve: { config: only(connection), tokens: 1 } });

      test('has these filters, fields and buttons', async ({ desks, page }) => {
        const desk: SystemDesk = desks[of];
        await desk.enter();
        const labels = page.getByRole('search', { name: say.filters.label }).locator('.field > span:first-child');
        await expect(labels).toHaveText(filters);
        const buttons = desk.rows.first().getByRole('gridcell').last().getByRole('button');
        await expect(buttons).toHaveText(verbs);
        const form = await desk.openCreate();
        const named = form.dialog.locator('.modal-body').locator('label > span:first-child, legend').filter({ visible: true });
        const said = (await named.allInnerTexts()).map((it) => it.replace(' *', '').trim());
        // The choices within a field have labels of their own.
        expect(said.filter((it) => !/_/.test(it))).toEqual(fields);
        await expect(desk.limits).toBeVisible({ visible: true });
      });

      for (const width of [360, 700, 1000, 1400, 2200]) {
        test(`at ${width} pixels what can be done is in view, and the page does not scroll sideways`, async ({ desks, page }) => {
          const desk: SystemDesk = desks[of];
          await page.setViewportSize({ width, height: 1200 });
          await desk.enter();
          const row = desk.rows.first();
          for (const button of await row.getByRole('gridcell').last().getByRole('button').all()) {
            await expect(button).toBeInViewport({ ratio: 1 });
            // In view, and not below something else: it can be pressed.
            await button.click({ trial: true });
          }
          const sizes = await page.evaluate(() => ({
            wide: Math.max(document.documentElement.scrollWidth, document.body.scrollWidth),
            window: document.documentElement.clientWidth,
          }));
          expect(sizes.wide).toBeLessThanOrEqual(sizes.window);
          if (width >= 1000) {
            // Each header stands above its cells, and none on another.
            const headers = await desk.table
              .getByRole('columnheader')
              .evaluateAll((all) => all.filter((it) => !it.matches('.offscreen')).map((it) => Math.round(it.getBoundingClientRect().left)));
            expect(new Set(headers).size).toBe(headers.length);
            // The texts of the buttons, whose edges nobody sees, are in line with their header's.
            const textAt = (of: Locator) =>
              of.evaluate((it) => {
                const range = document.createRange();
                range.selectNodeContents(it);
                return range.getBoundingClientRect().left;
              });
            const [header, first] = [desk.table.getByRole('columnheader').last(), row.getByRole('gridcell').last().getByRole('button').first()];
            if ((await first.getAttribute('data-place')) === '0') expect(Math.abs((await textAt(header)) - (await textAt(first)))).toBeLessThanOrEqual(1);
          }
        });
      }
    });
  }
});

test.describe('a configuration with mistakes in it names them', () => {
  test.use({ serve: { config: only(PT_SANDBOX) } });

  for (const [connection, place, words] of [
    [{ ...AIR_V2, version: 'v3' }, '/connections/0/version', 'must be “v2” or “v1”'],
    [{ ...AIR_V2, filters: { name: 'x' } }, '/connections/0/filters', 'is for version “v1” only'],
    [{ ...AIR_V1, filters: { name: 7 } }, '/connections/0/filters/name', 'must be'],
    [{ ...MIST_SELF, tokens: 'team' }, '/connections/0/tokens', 'must be “self” or “org”'],
    [{ ...MIST_SELF, org_id: ORG.id }, '/connections/0/org_id', 'is for tokens “org” only'],
    [{ ...PT_SANDBOX, auth: { type: 'bearer' } }, '/connections/0/auth', 'is not known'],
    [{ ...PT_SANDBOX, password: 'x' }, '/connections/0/password', 'is not known'],
  ] as const) {
    test(`${place}: ${JSON.stringify(connection)}`, async ({ page, server }) => {
      await server.configure(only(connection as Connection));
      await page.goto(server.url);
      await expect(page.getByRole('heading', { name: say.misconfigured.title })).toBeVisible();
      const mistake = page.getByRole('listitem').filter({ hasText: place });
      await expect(mistake).toContainText(words);
    });
  }
});

test.describe('behind a proxy on the page’s own origin, as the recipe has it', () => {
  test.use({ serve: { config: PROXIED } });

  test('PT Sandbox signs in, renews, makes and deletes, though it names its own host', async ({ page, proxied, server, watch }) => {
    watch.allows(FAILED);
    const { pt } = desksAt(page, proxied);
    const foreign: string[] = [];
    page.on('request', (it) => it.url().startsWith(proxied) || foreign.push(it.url()));
    const heard = listen(page, '/pt-sandbox');
    await pt.enter();
    await expect(pt.asking).toHaveCount(0);
    expect(heard.find((it) => it.path.startsWith('/ui/authorize'))).toBeDefined();
    const form = await pt.openCreate();
    await form.name.fill('through-a-proxy');
    await form.permission('TASKS_VIEW_ALL').check();
    await server.fail({ method: 'POST', path: TOKENS.pt, status: 401, times: 1, body: '' });
    await form.save.click();
    await pt.secret.dismiss();
    await pt.action('Delete', 'through-a-proxy').click();
    await pt.question('Delete token').getByRole('button', { name: say.action.delete }).click();
    await expect(pt.question('Delete token')).toBeHidden();
    expect((await new PtSandbox(server).named('through-a-proxy'))[0]?.deleted).not.toBeNull();
    expect(foreign).toEqual([]);
  });

  test('NVIDIA Air lists its pages, though `next` names its own host', async ({ page, proxied, server }) => {
    const past = new Air(server);
    for (let number = 0; number < 201; number += 1) await past.add(`token-${number}`);
    const { air } = desksAt(page, proxied);
    await air.enter('?connection=NVIDIA+Air');
    await expect(air.status).toHaveText('201 of 201 tokens');
    await (await air.openCreate()).name.fill('through a proxy');
    await air.creating.save.click();
    expect(await past.opens(await air.secret.read())).toBe(true);
    await air.secret.dismiss();
  });

  test('Juniper Mist’s other clouds name their CSRF cookie differently, and it is found', async ({ context, page, proxied, server }) => {
    const org = new Mist(server, 'org');
    await org.add('to be renamed');
    const { mist } = desksAt(page, proxied);
    const heard = listen(page, '/mist');
    await mist.enter('?connection=Juniper+Mist');
    const cookies = await context.cookies(proxied);
    const csrf = cookies.find((it) => it.name === 'csrftoken.eu');
    expect(csrf?.value).toMatch(/^\w+$/);
    const form = await mist.openEdit('to be renamed');
    await form.name.fill('renamed');
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    await org.theOne('renamed');
    expect(heard.find((it) => it.method === 'PUT')?.headers['x-csrftoken']).toBe(csrf?.value);
  });
});

test.describe('on another origin', () => {
  /** A page and, on another origin, a system that lets the page in or does not. */
  async function apart(
    launch: (options: object) => Promise<DevServer>,
    connection: Connection,
    allowed: boolean,
  ): Promise<{ host: DevServer; far: DevServer }> {
    const host = await launch({ config: only(connection) });
    const far = await launch(allowed ? { allowOrigin: [host.origin] } : {});
    await host.configure(only({ ...connection, base: far.url + connection.base }));
    return { host, far };
  }

  const SYSTEMS = [
    { connection: PT_SANDBOX, of: 'pt', account: PT_DEMO },
    { connection: AIR_V2, of: 'air', account: AIR_DEMO },
    { connection: MIST_ORG, of: 'mist', account: { 'API token': 'any' } },
  ] as const;

  for (const { connection, of, account } of SYSTEMS) {
    test(`${connection.name}, which the browser blocks for CORS, says so and leads to the proxy recipe`, async ({
      launch,
      page,
      watch,
    }) => {
      watch.expects(REFUSED_BY_CORS);
      watch.allows(FAILED);
      const { host } = await apart(launch, connection, false);
      const desk: SystemDesk = desksAt(page, host.url)[of];
      await desk.visit();
      await desk.answer(account);
      await expect(desk.refusal).toContainText(say.happened.cors);
      await expect(desk.refusal).toContainText('put it behind a proxy on the page\'s own origin');
      const recipe = desk.refusal.getByRole('link', { name: say.notices.recipe });
      const address = await recipe.evaluate((it: HTMLAnchorElement) => it.href);
      const text = await (await fetch(address)).text();
      expect(text).toContain('proxy_pass');
      await expectAccessible(page);
    });
  }

  test('one that is not there is told apart from one that does not allow the page', async ({ launch, page, watch }) => {
    watch.expects(FAILED);
    const { host, far } = await apart(launch, AIR_V2, false);
    const { air } = desksAt(page, host.url);
    await air.visit();
    await far.kill();
    await air.answer(AIR_DEMO);
    await expect(air.refusal).toContainText('The system does not answer');
    await expect(air.refusal).not.toContainText('CORS');
  });

  test('NVIDIA Air that allows the page works', async ({ launch, page }) => {
    const { host, far } = await apart(launch, AIR_V2, true);
    const { air } = desksAt(page, host.url);
    await air.enter();
    await air.expectSignedInAs('demo');
    await (await air.openCreate()).name.fill('far');
    await air.creating.save.click();
    await air.secret.dismiss();
    await air.action('Delete', 'far').click();
    await air.question('Delete token').getByRole('button', { name: say.action.delete }).click();
    await expect(air.rows).toHaveCount(0);
    expect(await new Air(far).tokens()).toEqual([]);
  });

  test('Juniper Mist offers the API token alone, says why, and works with it', async ({ launch, page }) => {
    const { host, far } = await apart(launch, MIST_ORG, true);
    const own = new Mist(far, 'self');
    const { key } = await own.add('mine');
    const { mist } = desksAt(page, host.url);
    await mist.visit();
    await expect(mist.asking.getByRole('note')).toContainText("Signing in with e-mail and password works on Mist's own origin only");
    for (const label of ['E-mail', 'Password', 'Code']) await expect(mist.asking.getByLabel(label)).toHaveCount(0);
    await mist.answer({ 'API token': key });
    await mist.loaded();
    const form = await mist.openCreate();
    await form.name.fill('far');
    await form.grant('Site', 'read', 'Zürich HB');
    await form.save.click();
    await mist.secret.dismiss();
    const edit = await mist.openEdit('far');
    await edit.name.fill('farther');
    await edit.save.click();
    await expect(edit.dialog).toBeHidden();
    await new Mist(far, 'org').theOne('farther');
  });

  test('PT Sandbox warns before a password is typed', async ({ launch, page }) => {
    const { host } = await apart(launch, PT_SANDBOX, true);
    const { pt } = desksAt(page, host.url);
    await pt.visit();
    const note = pt.asking.getByRole('note');
    await expect(note).toContainText('a page on another origin cannot use');
    await expect(note).toContainText("put PT Sandbox behind a proxy on this page's own origin first");
    const [noteBox, passwordBox] = [await note.boundingBox(), await pt.asking.getByLabel('Password').boundingBox()];
    expect(noteBox?.y).toBeLessThan(passwordBox?.y ?? 0);
    await expectAccessible(page);
  });
});

test.describe('one system that fails does not keep anybody from another', () => {
  test('the part that speaks with other systems is loaded when one of them is opened, and again after a failure', async ({
    control,
    desk,
    desks: { air },
    page,
    server,
    watch,
  }) => {
    test.skip(IS_WHOLE, 'the page is in one piece');
    watch.expects(FAILED);
    watch.allows(/integrity/);
    const asked: string[] = [];
    page.on('request', (it) => asked.push(new URL(it.url()).pathname));
    await server.fail({ path: part('vendors'), status: 503, body: '', times: 1 });
    await desk.open();
    expect(asked.filter((it) => it.endsWith(part('vendors')))).toEqual([]);
    await control.show(air.connection);
    await expect(page.getByRole('alert')).toContainText('did not load');
    await control.show('Scoped tokens');
    await desk.loaded();
    await control.show(air.connection);
    await page.getByRole('button', { name: say.tokenForm.retry }).click();
    await air.answer(AIR_DEMO);
    await air.loaded();
  });

  test('a list that is on its way while the system is changed shows up nowhere else', async ({ control, desk, desks: { pt, air }, page, server }) => {
    await server.add({ name: 'scoped one' });
    await new PtSandbox(server).add('late-one');
    await pt.enter('?connection=PT+Sandbox');
    // It is called off long before.
    await server.fail({ method: 'GET', path: TOKENS.pt, delay_ms: 60_000, times: 1 });
    const calledOff = page.waitForEvent('requestfailed', (it) => it.url().includes('public-api/tokens'));
    await pt.refreshButton.click();
    await control.show('Scoped tokens');
    await calledOff;
    await desk.expectNames('scoped one');
    await control.show(air.connection);
    await expect(air.asking).toBeVisible();
    await expect(air.rows).toHaveCount(0);
  });
});

test('a desk of the Scoped Token API signs in and out beside the others', async ({ control, launch, page }) => {
  const server = await launch({ tokens: 3, secret: 'scoped-secret' });
  const desk = new Desk(page, server.url);
  const { air } = desksAt(page, server.url);
  await desk.visit();
  await desk.signsIn('scoped-secret');
  await desk.loaded();
  await control.show(air.connection);
  await air.answer(AIR_DEMO);
  await air.loaded();
  await control.show('Scoped tokens');
  await desk.loaded();
  await expect(desk.rows).toHaveCount(3);
  await page.getByRole('button', { name: say.page.signOut }).click();
  await expect(desk.box).toContainText(say.prompt.signedOut);
  await control.show(air.connection);
  await air.loaded();
  await air.expectSignedInAs('demo');
});
