// Azurite's table service, fit to be somebody's child: it says which port it listens on (started with --tablePort 0 it
// prints only "0"), and saves what it holds when it is told to end by SIGTERM, as on Ctrl-C.
// usage: node azurite-table.cjs [--exitWithStdin] [options of azurite-table]
//   --exitWithStdin   exit when standard input ends, so that whoever holds its other end leaves nothing behind by dying
'use strict';

const net = require('node:net');

const exitWithStdin = process.argv.indexOf('--exitWithStdin');
if (exitWithStdin !== -1) {
  process.argv.splice(exitWithStdin, 1);
  process.stdin.on('close', () => process.exit(0)).resume().unref();
}

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...args) {
  this.once('listening', () => console.log(`table-port=${this.address().port}`));

  // It stops on SIGINT alone, and saves after the last connection has ended: those kept alive would hold it up.
  process.once('SIGTERM', () => process.emit('SIGINT'));
  process.once('SIGINT', () => this.closeIdleConnections?.());
  return listen.apply(this, args);
};

require('./azurite-partitions.cjs');
require('azurite/dist/src/table/main.js');
