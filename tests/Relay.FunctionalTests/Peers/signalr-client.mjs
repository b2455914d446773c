// What the npm client of SignalR and the app behind it say to the emulation. Ends with 0 and `held` when all went as it should.
//
// usage: node signalr-client.mjs NAME URL TRANSPORT[,TRANSPORT…]
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const { DefaultHttpClient, HttpTransportType, HubConnectionBuilder, HubConnectionState, LogLevel, NullLogger } =
  createRequire(new URL('../../../infra/local/', import.meta.url))('@microsoft/signalr');
const [name, service, transports = 'WebSockets'] = process.argv.slice(2);
const kinds = transports.split(',');
const key = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH';
const version = 'api-version=2022-06-01';

// The app: it negotiates, whatever stale bearer it is called with, and calls REST.
const negotiations = [];
const app = createServer((request, response) => {
  const url = new URL(request.url, 'http://app');
  const hub = url.searchParams.get('as') ?? 'chat';
  const user = url.searchParams.get('user');
  const accessToken = sign({ aud: `${service}/client/?hub=${hub}`, ...(user ? { nameid: user } : {}) });
  negotiations.push({ authorization: request.headers.authorization, accessToken });
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ url: `${service}/client/?hub=${hub}`, accessToken }));
});
app.listen(0, '127.0.0.1');
await once(app, 'listening');

// What the client negotiates, with the app and with the service.
const asked = [];
class Asking extends DefaultHttpClient {
  send(request) {
    const url = new URL(request.url);
    if (url.pathname.endsWith('/negotiate')) asked.push(`${request.method} ${url.origin}${url.pathname} ${[...url.searchParams]}`);
    return super.send(request);
  }
}

const conversations = {
  async negotiation() {
    const client = await open({ hub: 'Chat' });
    assert.deepEqual(asked, [
      `POST http://127.0.0.1:${app.address().port}/negotiate as,Chat,user,,negotiateVersion,1`,
      `POST ${service}/client/negotiate hub,Chat,negotiateVersion,1`,
    ]);
    assert.equal(await exists(client.connection.connectionId), 200);
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
    assert.deepEqual([await exists(id), await exists(client.connection.connectionId)], [404, 200]);

    // The app was called again with the service's own, stale token, and did not mind.
    assert.deepEqual(negotiations.map(({ authorization }) => authorization), [undefined, `Bearer ${negotiations[0].accessToken}`]);
    await client.connection.stop();

    const once = await open({});
    const onceId = once.connection.connectionId;
    const closed = new Promise((resolve) => once.connection.onclose(resolve));
    await rest('DELETE', `/api/hubs/chat/connections/${onceId}?${version}&reason=enough`);
    assert.match((await closed).message, /enough/);
    assert.equal(await exists(onceId), 404);
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
    const clients = await Promise.all(kinds.map((transport) => open({ transport, reconnect: true })));
    const ids = clients.map(({ connection }) => connection.connectionId);
    const disturbances = clients.map(disturbancesOf);
    console.log('connected');
    await new Promise((resolve) => setTimeout(resolve, 40_000));
    assert.deepEqual(await Promise.all(ids.map((id) => exists(id))), ids.map(() => 200));
    await send('/api/hubs/chat/:send', 'told', ['still there']);
    for (const client of clients) assert.deepEqual(await client.next(), ['still there']);
    assert.deepEqual(clients.map(({ connection }) => connection.connectionId), ids);
    assert.deepEqual(disturbances.flat(), []);
    await Promise.all(clients.map(({ connection }) => connection.stop()));
  },

  // The test stops, kills or freezes the service once this has connected, and starts it again once this has noticed.
  async restart() {
    const clients = await Promise.all(kinds.map((transport) => open({ transport, reconnect: true })));
    const ids = clients.map(({ connection }) => connection.connectionId);
    const reconnecting = clients.map(({ connection }) => new Promise((resolve) => connection.onreconnecting(resolve)));
    const reconnected = clients.map(({ connection }) => new Promise((resolve) => connection.onreconnected(resolve)));
    console.log('connected');
    await Promise.all(reconnecting);
    console.log('reconnecting');
    for (const id of await Promise.all(reconnected)) assert.ok(!ids.includes(id));
    await send('/api/hubs/chat/:send', 'told', ['again']);
    for (const client of clients) assert.deepEqual(await client.next(), ['again']);
    await Promise.all(clients.map(({ connection }) => connection.stop()));
  },

  // In a hub with others, whatever becomes of them.
  async beside() {
    const client = await open({ hub: 'gateway', user: 'npm', target: 'event', reconnect: true });
    const disturbances = disturbancesOf(client);
    const id = client.connection.connectionId;
    console.log('connected');
    for (let heard = 0; heard < 2; heard++) console.log(`heard ${JSON.stringify(await client.next())}`);
    assert.deepEqual(disturbances, []);
    assert.deepEqual([client.connection.state, client.connection.connectionId], [HubConnectionState.Connected, id]);
    await client.connection.stop();
  },

  async refused() {
    const app = new HubConnectionBuilder().configureLogging(LogLevel.None)
      .withUrl(`${service}/client/?hub=chat`, { accessTokenFactory: () => sign({ aud: `${service}/client/?hub=other` }) }).build();
    await assert.rejects(app.start(), /401/);
  },
};

async function open({ hub = 'chat', user = '', target = 'told', transport = kinds[0], reconnect = false, stateful = false }) {
  let builder = new HubConnectionBuilder().configureLogging(LogLevel.None)
    .withUrl(`http://127.0.0.1:${app.address().port}?as=${hub}&user=${user}`, {
      transport: HttpTransportType[transport],
      httpClient: new Asking(NullLogger.instance),
    });
  if (reconnect) builder = builder.withAutomaticReconnect({ nextRetryDelayInMilliseconds: () => 100 });
  if (stateful) builder = builder.withStatefulReconnect();
  const connection = builder.build();
  const [messages, readers] = [[], []];
  connection.on(target, (...args) => (readers.length > 0 ? readers.shift()(args) : messages.push(args)));
  await connection.start();
  return {
    connection,
    next: () => (messages.length > 0 ? Promise.resolve(messages.shift()) : new Promise((resolve) => readers.push(resolve))),
  };
}

// What befalls a connection from now on, but for its stop.
function disturbancesOf({ connection }) {
  const befallen = [];
  connection.onreconnecting((error) => befallen.push(`reconnecting: ${error}`));
  connection.onclose((error) => error && befallen.push(`closed: ${error}`));
  return befallen;
}

async function exists(id) {
  return (await rest('HEAD', `/api/hubs/chat/connections/${id}?${version}`)).status;
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
