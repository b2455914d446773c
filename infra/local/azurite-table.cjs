// Azurite's table service, saying which port it listens on: started with --tablePort 0 it prints only "0".
// usage: node azurite-table.cjs [--exitWithStdin] [options of azurite-table]
//   --exitWithStdin   exit when standard input ends, so that whoever holds its other end leaves nothing behind by dying
'use strict';

const net = require('node:net');

const exitWithStdin = process.argv.indexOf('--exitWithStdin');
if (exitWithStdin !== -1) {
  process.argv.splice(exitWithStdin, 1);
  process.stdin.on('close', () => process.exit(0)).resume();
}

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...args) {
  this.once('listening', () => console.log(`table-port=${this.address().port}`));
  return listen.apply(this, args);
};

require('azurite/dist/src/table/main.js');
