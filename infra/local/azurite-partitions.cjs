// Azurite keeps a table in LokiJS: it finds a row by going through all that have its row key, and the rows of a partition
// by going through the table. Here both are looked up, as Table storage does: what a request costs does not grow with the
// table, so that what is measured on a laptop holds for Azure too.
'use strict';

const { Collection } = require('lokijs');
const Store = require('azurite/dist/src/table/persistence/LokiTableMetadataStore.js').default;

// What our client asks for: the rows of one partition between two row keys.
const ofOnePartition = /^PartitionKey eq '((?:[^']|'')*)' and RowKey gt '((?:[^']|'')*)' and RowKey lt '((?:[^']|'')*)'$/;

// The rows of one partition by their keys; in their order once somebody has asked for it.
class Partition {
  rows = new Map();
  #sorted;

  set(row) {
    this.rows.set(row.RowKey, row);
    this.#sorted = undefined;
  }

  delete(row) {
    this.rows.delete(row.RowKey);
    this.#sorted = undefined;
  }

  between(isBelow, before, most) {
    this.#sorted ??= [...this.rows.values()].sort((a, b) => (a.RowKey < b.RowKey ? -1 : 1));
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      [low, high] = isBelow(this.#sorted[middle].RowKey) ? [middle + 1, high] : [low, middle];
    }

    const found = [];
    for (let row; found.length < most && (row = this.#sorted[low++])?.RowKey < before;) {
      found.push(row);
    }

    return found;
  }
}

const indexes = new WeakMap();

// The partitions of a table, kept up with what is written.
function partitionsOf(table) {
  let partitions = indexes.get(table);
  if (!partitions) {
    indexes.set(table, partitions = new Map());
    const set = row => {
      partitions.has(row.PartitionKey) || partitions.set(row.PartitionKey, new Partition());
      partitions.get(row.PartitionKey).set(row);
    };
    table.data.forEach(set);
    table.on(['insert', 'update'], set);
    table.on('delete', row => {
      partitions.get(row.PartitionKey).delete(row);
      partitions.get(row.PartitionKey).rows.size > 0 || partitions.delete(row.PartitionKey);
    });
  }

  return partitions;
}

const { findOne } = Collection.prototype;
Collection.prototype.findOne = function (query) {
  return query.PartitionKey === undefined
    ? findOne.call(this, query)
    : partitionsOf(this).get(query.PartitionKey)?.rows.get(query.RowKey) ?? null;
};

const { queryTableEntities } = Store.prototype;
Store.prototype.queryTableEntities = async function (context, account, table, query, nextPartition, nextRow) {
  const asked = ofOnePartition.exec(query.filter ?? '')?.slice(1).map(text => text.replaceAll("''", "'"));
  if (!asked) {
    return queryTableEntities.call(this, context, account, table, query, nextPartition, nextRow);
  }

  const [name, after, before] = asked;
  const next = this.decodeContinuationHeader(nextRow);
  const most = this.getMaxResultsOption(query);
  const rows = partitionsOf(this.getEntityCollection(account, table, context)).get(name)
    ?.between(key => key <= after || (next !== undefined && key < next), before, most + 1) ?? [];
  const { nextPartitionKeyResponse, nextRowKeyResponse } = this.adjustQueryResultforTop(rows, most);
  return [rows, nextPartitionKeyResponse, nextRowKeyResponse];
};
