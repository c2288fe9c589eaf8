//! A run on systems behind one proxy, so on one origin, to which a browser has six connections: one system's trouble holds up
//! neither the other nor what is read.

import { holdsUpNoOther, revokesOf } from './bulk.ts';
import { test } from './fixture.ts';
import { proxy, UnderWay, wayTo } from './proxy.ts';
import { Wire } from './wire.ts';

const CONFIG = {
  connections: ['Swift', 'Silent'].map((name) => ({ name, dialect: 'scoped', base: `/${name.toLowerCase()}/api/v1` })),
};

test('one that swallows requests has two of them; the other ends, and details are read meanwhile', async ({ page, launch, keep }) => {
  const [front, swift, silent] = [await launch({ config: CONFIG }), await launch({ tokens: 0 }), await launch({ tokens: 0 })];
  const wire = await keep(Wire.to(silent));
  const underWay = new UnderWay(revokesOf);
  const host = await keep(proxy(front, { '/swift': wayTo(swift.origin), '/silent': wayTo(wire.origin) }, underWay));
  await holdsUpNoOther(page, host.url, { swift, silent, wire, underWay, read: '/silent/api/v1/scopes' });
});
