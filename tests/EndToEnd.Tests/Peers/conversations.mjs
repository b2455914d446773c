// What a client says through the gateway, with the npm client `ws`. Ends with 0 and `held` when all went as it should.
//
// usage: node conversations.mjs NAME URL
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createRequire } from 'node:module';

const { WebSocket } = createRequire(new URL('../../../infra/local/', import.meta.url))('ws');
const [name, url] = process.argv.slice(2);

const conversations = {
  async tutorial() {
    const client = await open();
    assert.equal((await client.next()).text, 'something');
    client.send('hello');
    assert.equal((await client.next()).text, 'reply from server : hello');
    await client.leave(1000, '');
  },

  async 'every size'() {
    const client = await open({ perMessageDeflate: false });
    for (const size of [0, 1, 125, 126, 65535, 65536, 16 * 1024 * 1024]) {
      const bytes = randomBytes(size);
      client.send(bytes);
      const binary = await client.next();
      assert.ok(binary.isBinary && binary.data.equals(bytes), `${size} bytes of binary came back changed`);

      const text = 'ä'.repeat(size / 2) + 'x'.repeat(size % 2);
      client.send(text);
      const back = await client.next();
      assert.ok(!back.isBinary && back.text === text, `${size} bytes of text came back changed`);
    }

    await client.leave(1000, '');
  },

  async fragments() {
    const client = await open({ perMessageDeflate: false });
    client.socket.send('one ', { fin: false });
    client.socket.ping('between');
    client.socket.send('two ', { fin: false });
    client.socket.send('three', { fin: true });
    assert.equal((await once(client.socket, 'pong'))[0].toString(), 'between');
    assert.equal((await client.next()).text, 'one two three');
    await client.leave(1000, '');
  },

  async 'ping and pong'() {
    const client = await open();
    const payload = 'p'.repeat(125);
    client.socket.ping(payload);
    assert.equal((await once(client.socket, 'pong'))[0].toString(), payload);
    await client.leave(1000, '');
  },

  async 'client closes'() {
    const client = await open();
    await client.leave(4321, 'enough for today');
  },

  async 'server closes'() {
    const client = await open();
    client.send('close:4567:no more');
    const [code, reason] = await once(client.socket, 'close');
    assert.deepEqual([code, reason.toString()], [4567, 'no more']);
  },

  async 'subprotocol of the server'() {
    const client = await open({}, ['first', 'second']);
    assert.equal(client.socket.protocol, 'second');
    await client.leave(1000, '');
  },

  async 'no subprotocol'() {
    const client = await open({}, []);
    assert.equal(client.socket.protocol, '');
    await client.leave(1000, '');
  },

  async compression() {
    const client = await open({ perMessageDeflate: { clientMaxWindowBits: 10, serverMaxWindowBits: 11, threshold: 0 } });
    assert.match(client.socket.extensions, /^permessage-deflate/);
    for (const text of ['', 'x', 'compress me '.repeat(100_000)]) {
      client.send(text);
      assert.equal((await client.next()).text, text);
    }

    await client.leave(1000, '');
  },

  async 'no compression'() {
    const client = await open({ perMessageDeflate: false });
    assert.equal(client.socket.extensions, '');
    await client.leave(1000, '');
  },

  // As a page does: it chooses no header but the subprotocols, and its client gives up when none of them is chosen.
  async 'page with its key'() {
    const { address, protocols } = asPage();
    const client = await open({ origin: 'https://app.example.com' }, ['gateway', ...protocols], address);
    assert.equal(client.socket.protocol, 'gateway');
    client.send('hello');
    assert.equal((await client.next()).text, 'hello');
    await client.leave(1000, '');
  },

  async 'page that is refused'() {
    const { address } = asPage();
    const client = await open({ origin: 'https://app.example.com' }, ['gateway', 'gateway.user_key.0123456789abcdef'], address);
    const [code, reason] = await once(client.socket, 'close');
    assert.deepEqual([code, reason.toString()], [4401, 'user_key_invalid']);
  },

  async 'page with a ticket'() {
    const client = await open({ origin: 'https://app.example.com' });
    client.send('hello');
    assert.equal((await client.next()).text, 'hello');
    await client.leave(1000, '');
    const again = await open({ origin: 'https://app.example.com' });
    const [code, reason] = await once(again.socket, 'close');
    assert.deepEqual([code, reason.toString()], [4401, 'ticket_invalid']);
  },

  // Says what it is told to until it is closed from outside, and prints how.
  async stay() {
    const client = await open();
    client.send('here');
    assert.equal((await client.next()).text, 'here');
    console.log('open');
    process.stdin.setEncoding('utf8').on('data', async (words) => {
      client.send(words.trim());
      console.log(`answered ${(await client.next()).text}`);
    });
    const [code, reason] = await once(client.socket, 'close');
    console.log(`closed ${code} ${reason}`);
    process.stdin.destroy();
  },
};

// The key of the URL as a subprotocol, and the URL without it.
function asPage() {
  const address = new URL(url);
  const key = address.searchParams.get('user_key');
  address.search = '';
  return { address, protocols: [`gateway.user_key.${key}`] };
}

async function open(options = {}, protocols = [], address = url) {
  const socket = new WebSocket(address, protocols, { maxPayload: 64 * 1024 * 1024, ...options });
  const messages = [];
  let arrived = () => {};
  socket.on('message', (data, isBinary) => {
    messages.push({ data, isBinary, text: isBinary ? undefined : data.toString() });
    arrived();
  });
  await once(socket, 'open');

  return {
    socket,
    send: (what) => socket.send(what),
    async next() {
      while (messages.length === 0) {
        await new Promise((resolve, reject) => {
          arrived = resolve;
          socket.once('close', (code) => reject(new Error(`closed with ${code} instead of a message`)));
        });
      }

      return messages.shift();
    },
    async leave(code, reason) {
      const closed = once(socket, 'close');
      socket.close(code, reason);
      const [code_, reason_] = await closed;
      assert.deepEqual([code_, reason_.toString()], [code, reason]);
    },
  };
}

await conversations[name]();
console.log('held');
process.exit(0);
