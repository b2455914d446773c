// A page of an operator's: hears of events by the npm client of SignalR, which asks the functions where. Prints what it hears and
// what befalls it; a line typed to it has the service close its connection.
//
// usage: node events-client.mjs FUNCTIONS ACCESS_TOKEN SERVICE KEY
import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const { HubConnectionBuilder, LogLevel } = createRequire(new URL('../../../infra/local/', import.meta.url))('@microsoft/signalr');
const [functions, token, service, key] = process.argv.slice(2);

const connection = new HubConnectionBuilder().configureLogging(LogLevel.None)
  .withUrl(`${functions}/api/events`, { headers: { 'X-Access-Token': token } })
  .withAutomaticReconnect({ nextRetryDelayInMilliseconds: () => 100 })
  .build();
connection.on('event', ({ sequence, kind }) => console.log(`heard ${sequence} ${kind}`));
connection.onreconnecting((error) => console.log(`reconnecting ${error?.message}`));
connection.onreconnected((id) => console.log(`reconnected ${id}`));
connection.onclose((error) => console.log(`closed ${error?.message}`));
await connection.start();
console.log(`connected ${connection.connectionId}`);

for await (const _ of createInterface({ input: process.stdin })) {
  const own = `${service}/api/hubs/gateway/connections/${connection.connectionId}`;
  const answer = await fetch(`${own}?api-version=2022-06-01&reason=bye`, { method: 'DELETE', headers: { authorization: `Bearer ${sign(own)}` } });
  console.log(`asked ${answer.status}`);
}

function sign(aud) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ aud, exp: Math.floor(Date.now() / 1000) + 300 })}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}
