// The whole gateway on this machine: storage emulator, functions, the tutorial's server and a relay, with the
// tutorial's product described and promoted. Started by run.sh; SIGTERM or Ctrl-C ends every part.
import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ManagementApi } from './management-api.mjs';
import { Part } from './part.mjs';
import { choosePorts } from './ports.mjs';
import { keepSecret, secretIn } from './secrets.mjs';
import { describeTutorial } from './tutorial.mjs';

const root = resolve(import.meta.dirname, '../..');
const local = resolve(root, process.env.LOCAL_FOLDER ?? '.local');
const configuration = process.env.CONFIGURATION ?? 'Release';
const runFile = join(local, 'run.json');

// Of the official emulator of SignalR Service, and known to everybody: ours listens on this machine alone.
const emulatedKey = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH';
const parts = [];

const stopped = new AbortController();
let stopping;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (!stopped.signal.aborted) {
      console.log('\nStopping …');
      stopped.abort();
      stop(0);
    }
  });
}

try {
  await main();
} catch (error) {
  if (!stopped.signal.aborted) {
    console.error(`\n${error.message}`);
  }

  await stop(1);
}

async function main() {
  const ports = await choosePorts(process.env);
  await mkdir(join(local, 'log'), { recursive: true });

  await step('Building functions and relay', build);
  const secrets = {
    storage: await secretIn(join(local, 'storage-key'), 'base64'),
    pepper: await secretIn(join(local, 'key-pepper'), 'base64'),
    admin: await secretIn(join(local, 'admin-token'), 'hex'),
  };

  const api = `http://localhost:${ports.FUNCTIONS_PORT}`;
  const gateway = `http://localhost:${ports.RELAY_PORT}`;
  const relayManagement = `http://localhost:${ports.RELAY_MANAGEMENT_PORT}`;
  const signalr = `Endpoint=http://localhost;Port=${ports.SIGNALR_PORT};AccessKey=${emulatedKey};Version=1.0;`;
  const tutorialServer = `https://localhost:${ports.TUTORIAL_SERVER_PORT}`;
  const certificates = join(local, 'tutorial-server');
  const relayToken = join(local, 'relay-token');

  const azurite = ['azurite-table.cjs', '--tablePort', ports.AZURITE_TABLE_PORT, '--location', join(local, 'azurite'),
    '--disableTelemetry', '--silent', '--skipApiVersionCheck'];
  await start('Storage emulator (Azurite)', node(azurite), {
    env: { AZURITE_ACCOUNTS: `local:${secrets.storage}` },
    ready: answers(`http://127.0.0.1:${ports.AZURITE_TABLE_PORT}/`),
  });
  await start('Functions', dotnet('functions', 'Serverless.Functions.dll'), {
    env: {
      ASPNETCORE_URLS: api,
      Storage__ConnectionString: `DefaultEndpointsProtocol=http;AccountName=local;AccountKey=${secrets.storage};`
        + `TableEndpoint=http://127.0.0.1:${ports.AZURITE_TABLE_PORT}/local;`,
      Keys__Pepper: secrets.pepper,
      AdminToken: secrets.admin,
      SignalR__ConnectionString: signalr,
    },
    ready: answers(`${api}/api/health`, 200),
  });
  const server = ['tutorial-server.mjs', '--port', ports.TUTORIAL_SERVER_PORT, '--certificates', certificates];
  await start('Tutorial server', node(server), { ready: listens(ports.TUTORIAL_SERVER_PORT) });

  const management = new ManagementApi(api, secrets.admin);
  const userKey = await step('Describing the tutorial to the gateway', async () => {
    await ensureRelayToken(api, management, relayToken);
    return describeTutorial(management, { serverUrl: tutorialServer, certificates, secrets: local });
  });
  await start('Relay', dotnet('relay', 'Serverless.Relay.dll'), {
    env: {
      Relay__Management__Api: api,
      Relay__Management__TokenFile: relayToken,
      Relay__Configuration__PollInterval: '00:00:02',
      Relay__Listen__Address: '127.0.0.1',
      Relay__Listen__Port: ports.RELAY_PORT,
      Relay__Listen__ManagementPort: ports.RELAY_MANAGEMENT_PORT,
      Relay__Events__PollInterval: '00:00:02',
      Relay__SignalR__Port: ports.SIGNALR_PORT,
    },
    ready: answers(`${relayManagement}/ready`, 200),
  });

  const webSocketUrl = (path) => `${gateway.replace('http', 'ws')}${path}?user_key=${userKey}`;
  const tutorial = { userKey, url: webSocketUrl('/tutorial/'), stagingUrl: webSocketUrl('/staging/tutorial/') };
  const adminTokenFile = join(local, 'admin-token');
  const run = { api, gateway, staging: `${gateway}/staging`, relayManagement, signalr, adminTokenFile, tutorial };
  await step('Talking to the tutorial server through the gateway', () => firstMessage(tutorial.stagingUrl));
  await keepSecret(runFile, JSON.stringify(run, undefined, 2));

  console.log(`
Serverless Gateway is up.

  Management API   ${api}/api        (admin token in ${adminTokenFile})
  Staging          ${run.staging}/tutorial/
  Production       ${gateway}/tutorial/
  User key         ${userKey}
  SignalR Service  http://localhost:${ports.SIGNALR_PORT} (emulated)
  Logs             ${join(local, 'log')}

Paste this into another terminal, then type hello:

  ${join(root, 'infra/local/node_modules/.bin/wscat')} -c "${tutorial.stagingUrl}"

Ctrl-C stops everything; what you created stays.`);
}

async function build() {
  for (const project of ['functions/Functions.csproj', 'relay/Relay.csproj']) {
    const args = ['build', project, '-c', configuration, '--nologo', '-v', 'quiet', '-clp:NoSummary'];
    await promisify(execFile)('dotnet', args, { cwd: root, signal: stopped.signal }).catch((error) => {
      throw new Error(`dotnet ${args.join(' ')} failed:\n${error.stdout}${error.stderr}`);
    });
  }
}

/** The relay calls the functions with a token of its own, which may do nothing but what relays do. */
async function ensureRelayToken(api, management, file) {
  const token = await secretIn(file, 'hex');
  const kept = await fetch(`${api}/api/relay/configuration`, { headers: { authorization: `Bearer ${token}` } });
  if (kept.status === 401) {
    const made = await management.create('/api/access-tokens', { name: 'Local relay', scopes: ['relay'] });
    await keepSecret(file, made.token);
  }
}

/** Resolves with the first message that the server sends; waits 30 s for the relay to have learnt of the product. */
async function firstMessage(url) {
  const { WebSocket } = await import('ws');
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      return await new Promise((resolve, reject) => {
        const socket = new WebSocket(url);
        socket.once('message', (message) => {
          socket.close();
          resolve(message.toString());
        });
        socket.once('error', reject);
        socket.once('close', () => reject(new Error('the connection was closed')));
      });
    } catch (error) {
      if (Date.now() > deadline) {
        throw new Error(`No message came through the gateway within 30 s: ${error.message}`);
      }

      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

async function start(name, [command, args], { env, ready }) {
  const log = join(local, 'log', `${name.split(' ')[0].toLowerCase()}.log`);
  const texts = Object.fromEntries(Object.entries(env ?? {}).map(([key, value]) => [key, String(value)]));
  stopped.signal.throwIfAborted();
  const part = new Part(name, { command, args: args.map(String), env: texts, log, ready });
  parts.push(part);
  await step(`Starting ${name}`, () => part.start());
}

/** Stops every part, the last started first, and ends this process; whoever asks first says with which code. */
function stop(code) {
  stopping ??= (async () => {
    await rm(runFile, { force: true });
    for (const part of parts.reverse()) {
      await part.stop();
    }

    process.exit(code);
  })();
  return stopping;
}

/** Does one step of the start, showing that it goes on. */
async function step(what, work) {
  console.log(`${what} …`);
  const since = Date.now();
  const seconds = () => `${((Date.now() - since) / 1000).toFixed(0)} s`;
  const progress = setInterval(() => console.log(`  … ${seconds()}`), 10_000);
  try {
    const result = await work();
    console.log(`  done in ${((Date.now() - since) / 1000).toFixed(1)} s`);
    return result;
  } finally {
    clearInterval(progress);
  }
}

function node([script, ...args]) {
  return [process.execPath, [join(import.meta.dirname, script), ...args]];
}

function dotnet(project, assembly) {
  return ['dotnet', [join(root, project, 'bin', configuration, 'net10.0', assembly)]];
}

/** Whether something answers HTTP at `url`; with `status`, only that answer counts. */
function answers(url, status) {
  return async () => {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    return status === undefined || response.status === status;
  };
}

function listens(port) {
  return async () => {
    const { connect } = await import('node:net');
    return new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.end());
    });
  };
}
