// A private server that gives back what it gets, over TLS with a self-signed certificate. It prints every request it
// hears of, headers included, one JSON document a line.
//
//   /decline/STATUS   answers an upgrade with that status        /silent   never answers
//   any other path    opens; a text message `close:CODE:REASON` makes the server close
//
// usage: node echo-server.mjs CERTIFICATES_FOLDER [PORT]
import { createServer } from 'node:https';
import { createRequire } from 'node:module';
import { selfSigned } from '../../../infra/local/self-signed.mjs';

const { WebSocketServer } = createRequire(new URL('../../../infra/local/', import.meta.url))('ws');
const [certificates, port = '0'] = process.argv.slice(2);

const https = createServer(await selfSigned(certificates), (request, response) => {
  print(request);
  response.setHeader('content-type', 'text/plain');
  response.end(`plain answer to ${request.method} ${request.url}`);
});
const sockets = new WebSocketServer({
  noServer: true,
  perMessageDeflate: true,
  maxPayload: 64 * 1024 * 1024,
  handleProtocols: (offered) => (offered.has('second') ? 'second' : false),
});

https.on('upgrade', (request, socket, head) => {
  print(request);
  const declined = /^\/decline\/(\d+)/.exec(request.url)?.[1];
  if (declined !== undefined) {
    const body = `the server says ${declined}`;
    socket.end(`HTTP/1.1 ${declined} Declined\r\nX-Private: yes\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  } else if (!request.url.startsWith('/silent')) {
    sockets.handleUpgrade(request, socket, head, open);
  }
});

function open(socket) {
  socket.on('message', (message, isBinary) => {
    const close = isBinary ? undefined : /^close:(\d+):(.*)$/.exec(message.subarray(0, 200).toString());
    if (close) {
      socket.close(Number(close[1]), close[2]);
    } else {
      socket.send(message, { binary: isBinary });
    }
  });
  socket.on('ping', (data) => print({ ping: data.toString() }));
  socket.on('close', (code, reason) => print({ closed: code, reason: reason.toString() }));
  socket.on('error', (error) => print({ failed: error.message }));
}

function print(what) {
  const { method, url, headers } = what;
  console.log(JSON.stringify(method === undefined ? what : { method, url, headers }));
}

https.listen(Number(port), '127.0.0.1', () => console.log(`echo-port=${https.address().port}`));
process.stdin.on('close', () => process.exit(0)).resume();
