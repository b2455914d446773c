// Azurite's table service, saying which port it listens on: started with --tablePort 0 it prints only "0".
// usage: node azurite-table.cjs [options of azurite-table]
'use strict';

const net = require('node:net');

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...args) {
  this.once('listening', () => console.log(`table-port=${this.address().port}`));
  return listen.apply(this, args);
};

require('azurite/dist/src/table/main.js');
