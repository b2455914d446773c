// What the npm client of SignalR and the app behind it say to the emulation. Ends with 0 and `held` when all went as it should.
//
// usage: node signalr-client.mjs NAME URL TRANSPORT
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const { HttpTransportType, HubConnectionBuilder, LogLevel } =
  createRequire(new URL('../../../infra/local/', import.meta.url))('@microsoft/signalr');
const [name, service, transport = 'WebSockets'] = process.argv.slice(2);
const key = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH';
const version = 'api-version=2022-06-01';

// The app: it negotiates, whatever stale bearer it is called with, and calls REST.
const negotiations = [];
const app = createServer((request, response) => {
  const url = new URL(request.url, 'http://app');
  negotiations.push({ method: request.method, query: url.search, authorization: request.headers.authorization });
  const hub = url.searchParams.get('as') ?? 'chat';
  const user = url.searchParams.get('user');
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({
    url: `${service}/client/?hub=${hub}`,
    accessToken: sign({ aud: `${service}/client/?hub=${hub}`, ...(user ? { nameid: user } : {}) }),
  }));
});
app.listen(0, '127.0.0.1');
await once(app, 'listening');

const conversations = {
  async negotiation() {
    const client = await open({ hub: 'Chat' });
    assert.equal(negotiations.length, 1);
    assert.equal(negotiations[0].method, 'POST');
    assert.match(negotiations[0].query, /negotiateVersion=1/);
    assert.equal((await rest('HEAD', `/api/hubs/chat/connections/${client.connection.connectionId}?${version}`)).status, 200);
    await client.connection.stop();
  },

  async broadcasts() {
    const one = await open({ hub: 'Chat' });
    const two = await open({ hub: 'chat' });
    const other = await open({ hub: 'other' });
    const sent = [
      [1, 2.5, null, 'ü☃\u001e', { nested: { list: [1, [2]] } }, [], true],
      [],
      Array.from({ length: 11 }, (_, i) => i),
    ];
    for (const args of sent) await send('/api/hubs/CHAT/:send', 'told', args);
    await send(`/api/hubs/chat/:send`, 'told', ['not for one'], `&excluded=${one.connection.connectionId}`);
    await send('/api/v1/hubs/chat', 'told', ['end']);
    await send('/api/hubs/other/:send', 'told', ['other']);
    for (const args of [...sent, ['end']]) assert.deepEqual(await one.next(), args);
    for (const args of [...sent, ['not for one'], ['end']]) assert.deepEqual(await two.next(), args);
    assert.deepEqual(await other.next(), ['other']);
    const large = 'x'.repeat(200_000);
    await send('/api/hubs/chat/:send', 'told', [large]);
    assert.equal((await one.next())[0], large);
    await Promise.all([one, two, other].map(({ connection }) => connection.stop()));
  },

  async users() {
    const clients = [await open({ user: 'ann' }), await open({ user: 'ann' }), await open({ user: 'bob' }), await open({})];
    await send('/api/hubs/chat/users/ann/:send', 'told', ["ann's"]);
    await send('/api/hubs/chat/:send', 'told', ["all's"]);
    for (const ann of clients.slice(0, 2)) assert.deepEqual(await ann.next(), ["ann's"]);
    for (const client of clients) assert.deepEqual(await client.next(), ["all's"]);
    await Promise.all(clients.map(({ connection }) => connection.stop()));
  },

  async 'closing'() {
    const client = await open({ reconnect: true });
    const id = client.connection.connectionId;
    const reconnecting = new Promise((resolve) => client.connection.onreconnecting(resolve));
    const reconnected = new Promise((resolve) => client.connection.onreconnected(resolve));
    assert.equal((await rest('DELETE', `/api/hubs/chat/connections/${id}?${version}&reason=bye`)).status, 200);
    assert.match((await reconnecting).message, /bye/);
    assert.notEqual(await reconnected, id);
    assert.equal((await rest('HEAD', `/api/hubs/chat/connections/${id}?${version}`)).status, 404);

    // The app was called again with the service's own, stale token, and did not mind.
    assert.equal(negotiations.length, 2);
    await client.connection.stop();

    const once = await open({});
    const closed = new Promise((resolve) => once.connection.onclose(resolve));
    await rest('DELETE', `/api/hubs/chat/connections/${once.connection.connectionId}?${version}&reason=enough`);
    assert.match((await closed).message, /enough/);
  },

  async invocations() {
    const client = await open({});
    assert.deepEqual(await client.connection.invoke('answer', 1, 'ü'), { sum: 2.5 });
    assert.equal((await client.connection.invoke('nothing')) ?? null, null);
    await assert.rejects(client.connection.invoke('fail'), /Invocation failed, status code 500/);
    await client.connection.send('say', 'hello');
    await assert.rejects(new Promise((resolve, reject) => client.connection.stream('stream').subscribe({ next() {}, complete: resolve, error: reject })),
      /Streaming is not supported/);
    assert.deepEqual(await client.connection.invoke('answer'), { sum: 2.5 });
    await client.connection.stop();
  },

  async 'nobody to tell'() {
    const client = await open({});
    await assert.rejects(client.connection.invoke('answer'), /No upstream takes 'answer'/);
    await client.connection.stop();
  },

  async 'stateful reconnect'() {
    const client = await open({ stateful: true });
    await send('/api/hubs/chat/:send', 'told', ['x']);
    assert.deepEqual(await client.next(), ['x']);
    await client.connection.stop();
  },

  async idle() {
    const client = await open({});
    await new Promise((resolve) => setTimeout(resolve, 35_000));
    await send('/api/hubs/chat/:send', 'told', ['still there']);
    assert.deepEqual(await client.next(), ['still there']);
    await client.connection.stop();
  },

  async restart() {
    const client = await open({ reconnect: true });
    const reconnecting = new Promise((resolve) => client.connection.onreconnecting(resolve));
    const reconnected = new Promise((resolve) => client.connection.onreconnected(resolve));
    console.log('connected');
    await reconnecting;
    console.log('reconnecting');
    await reconnected;
    await send('/api/hubs/chat/:send', 'told', ['again']);
    assert.deepEqual(await client.next(), ['again']);
    await client.connection.stop();
  },

  async refused() {
    const app = new HubConnectionBuilder().configureLogging(LogLevel.None)
      .withUrl(`${service}/client/?hub=chat`, { accessTokenFactory: () => sign({ aud: `${service}/client/?hub=other` }) }).build();
    await assert.rejects(app.start(), /401/);
  },
};

async function open({ hub = 'chat', user = '', reconnect = false, stateful = false }) {
  let builder = new HubConnectionBuilder().configureLogging(LogLevel.None)
    .withUrl(`http://127.0.0.1:${app.address().port}?as=${hub}&user=${user}`, { transport: HttpTransportType[transport] });
  if (reconnect) builder = builder.withAutomaticReconnect(Array.from({ length: 50 }, () => 100));
  if (stateful) builder = builder.withStatefulReconnect();
  const connection = builder.build();
  const [messages, readers] = [[], []];
  connection.on('told', (...args) => (readers.length > 0 ? readers.shift()(args) : messages.push(args)));
  await connection.start();
  return {
    connection,
    next: () => (messages.length > 0 ? Promise.resolve(messages.shift()) : new Promise((resolve) => readers.push(resolve))),
  };
}

async function send(path, target, args, query = '') {
  const answer = await rest('POST', `${path}${path.startsWith('/api/v1') ? '' : `?${version}`}${query}`, { target, arguments: args });
  assert.equal(answer.status, 202);
}

function rest(method, path, body) {
  return fetch(`${service}${path}`, {
    method,
    headers: { authorization: `Bearer ${sign({ aud: `${service}${path.split('?')[0]}` })}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
}

function sign(claims) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ ...claims, exp: Math.floor(Date.now() / 1000) + 3600 })}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

await conversations[name]();
app.close();
app.closeAllConnections();
console.log('held');
