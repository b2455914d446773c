// The tutorial's product, described to the gateway through its public API. Running it again creates nothing twice and
// keeps whatever was changed meanwhile.
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keepSecret } from './secrets.mjs';

const product = '/api/products/tutorial';

/** Creates what is missing, promotes it, and gives the application's user key. */
export async function describeTutorial(api, { serverUrl, certificates, secrets }) {
  const certificate = new X509Certificate(await readFile(join(certificates, 'cert.pem')));
  const backend = {
    system_name: 'tutorial-server',
    name: 'Tutorial server',
    private_base_url: serverUrl,
    // The server's certificate is self-signed: exactly this one is accepted.
    tls: { pinned_sha256: certificate.fingerprint256.replaceAll(':', '').toLowerCase() },
  };
  const moved = await ensureBackend(api, backend);

  await ensure(api, '/api/products', { system_name: 'tutorial', name: 'WebSocket tutorial' });
  await ensure(api, `${product}/metrics`, { system_name: 'connections', name: 'Connections', unit: 'connection' });
  await ensure(api, `${product}/backends`, { backend: 'tutorial-server', path: '/' }, 'tutorial-server');
  await ensureMappingRule(api, { method: 'GET', pattern: '/', metric: 'connections', delta: 1 });
  await ensurePolicies(api, [
    { name: 'websocket', version: 'builtin', configuration: {}, enabled: true },
    { name: 'apicast', version: 'builtin', configuration: {}, enabled: true },
  ]);
  await ensure(api, `${product}/plans`, { system_name: 'basic', name: 'Basic' });
  await ensure(api, '/api/accounts', { system_name: 'developer', name: 'Developer' });
  const userKey = await ensureApplication(api, join(secrets, 'tutorial-user-key'));

  for (const environment of ['staging', 'production']) {
    if (moved || (await api.find(`${product}/configs/${environment}`)) === undefined) {
      await api.create(`${product}/configs/${environment}:promote`, {});
    }
  }

  return userKey;
}

async function ensure(api, collection, resource, name = resource.system_name) {
  if ((await api.find(`${collection}/${name}`)) === undefined) {
    await api.create(collection, resource);
  }
}

/** True when the server has another address or certificate than the backend said. */
async function ensureBackend(api, backend) {
  const path = `/api/backends/${backend.system_name}`;
  const stored = await api.find(path);
  if (stored === undefined) {
    await api.create('/api/backends', backend);
    return false;
  }

  const same = new URL(stored.private_base_url).href === new URL(backend.private_base_url).href
    && stored.tls?.pinned_sha256 === backend.tls.pinned_sha256;
  if (!same) {
    await api.replace(path, backend, stored.etag);
  }

  return !same;
}

async function ensureMappingRule(api, rule) {
  const { items } = await api.find(`${product}/mapping-rules`);
  if (items.length === 0) {
    await api.create(`${product}/mapping-rules`, rule);
  }
}

async function ensurePolicies(api, policies) {
  const chain = await api.find(`${product}/policies`);
  if (chain.policies.length === 0) {
    await api.replace(`${product}/policies`, { policies }, chain.etag);
  }
}

/** The application's key: the one kept from its creation, or a new one when that was lost. */
async function ensureApplication(api, keyFile) {
  const path = '/api/applications/tutorial';
  if ((await api.find(path)) === undefined) {
    const application = { id: 'tutorial', product: 'tutorial', plan: 'basic', name: 'Tutorial client' };
    const created = await api.create('/api/accounts/developer/applications', application);
    return keepSecret(keyFile, created.user_key);
  }

  const kept = await readFile(keyFile, 'utf8').catch(() => undefined);
  if (kept !== undefined) {
    return kept.trim();
  }

  const { items } = await api.find(`${path}/keys`);
  if (items.length >= 5) {
    const oldest = items.sort((a, b) => a.created_at.localeCompare(b.created_at))[0];
    await api.remove(`${path}/keys/${oldest.id}`);
  }

  return keepSecret(keyFile, (await api.create(`${path}/keys`, {})).user_key);
}
