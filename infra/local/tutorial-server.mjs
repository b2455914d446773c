// The tutorial's private WebSocket server: TLS with a self-signed certificate, `something` on connect, then
// `reply from server : <message>` for every text message. Binary messages come back as they are.
//
// usage: node tutorial-server.mjs [--port 8443] [--host 127.0.0.1] [--certificates FOLDER]
import { once } from 'node:events';
import { createServer } from 'node:https';
import { parseArgs } from 'node:util';
import { WebSocketServer } from 'ws';
import { selfSigned } from './self-signed.mjs';

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '8443' },
    host: { type: 'string', default: '127.0.0.1' },
    certificates: { type: 'string', default: '.local/tutorial-server' },
  },
});

const { cert, key } = await selfSigned(options.certificates);
const https = createServer({ cert, key }, (request, response) => {
  console.log(`${request.method} ${request.url}: not an upgrade`);
  response.writeHead(426, { 'content-type': 'text/plain', upgrade: 'websocket' });
  response.end('This server speaks WebSocket only.\n');
});

const sockets = new WebSocketServer({ server: https, perMessageDeflate: true });
sockets.on('connection', (socket, request) => {
  console.log(`connected: ${request.url}`);
  socket.on('message', (message, isBinary) => {
    console.log(isBinary ? `received ${message.length} bytes` : `received: ${excerpt(message)}`);
    socket.send(isBinary ? message : `reply from server : ${message}`);
  });
  socket.on('close', (code, reason) => console.log(`closed: ${code} ${reason}`));
  socket.on('error', (error) => console.log(`failed: ${error.message}`));
  socket.send('something');
});

https.listen(Number(options.port), options.host);
await once(https, 'listening');
console.log(`Tutorial server listening on https://${options.host}:${https.address().port}`);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    sockets.clients.forEach((socket) => socket.close(1001, 'server is stopping'));
    https.close();
    setTimeout(() => process.exit(0), 1000).unref();
  });
}

function excerpt(message) {
  return message.length <= 200 ? message.toString() : `${message.subarray(0, 200)}… (${message.length} bytes)`;
}
