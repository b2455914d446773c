// The ports of a local run: each from its environment variable, 0 for any free one.
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

const defaults = {
  AZURITE_TABLE_PORT: 10002,
  FUNCTIONS_PORT: 7071,
  RELAY_PORT: 8080,
  RELAY_MANAGEMENT_PORT: 9090,
  TUTORIAL_SERVER_PORT: 8443,
  SIGNALR_PORT: 8888,
};

/** `{ AZURITE_TABLE_PORT: 10002, … }`; throws one error that names every bad or taken port. */
export async function choosePorts(environment) {
  const ports = {};
  const errors = [];
  for (const [name, standard] of Object.entries(defaults)) {
    const text = environment[name] ?? String(standard);
    const asked = Number(text);
    if (!Number.isInteger(asked) || asked < 0 || asked > 65535) {
      errors.push(`${name} is '${text}'; it must be a port, 1 to 65535, or 0 for any free one.`);
    } else if (asked !== 0 && Object.values(ports).includes(asked)) {
      errors.push(`${name} is ${asked}, which another part uses already.`);
    } else {
      ports[name] = await (asked === 0 ? anyFree() : tryListen(asked)).catch((error) => {
        errors.push(`Port ${asked} cannot be used (${error.code}). Stop what listens there, or set ${name} to another port.`);
      });
    }
  }

  if (errors.length > 0) {
    throw new Error(errors.join('\n'));
  }

  return ports;
}

/** One that the system does not give to outgoing connections, as it does from 32768 on: it is used only later. */
async function anyFree() {
  for (;;) {
    const port = randomInt(10_000, 32_768);
    try {
      return await tryListen(port);
    } catch (error) {
      if (error.code !== 'EADDRINUSE') {
        throw error;
      }
    }
  }
}

function tryListen(port) {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(port, '127.0.0.1', () => {
      const chosen = probe.address().port;
      probe.close(() => resolve(chosen));
    });
  });
}
