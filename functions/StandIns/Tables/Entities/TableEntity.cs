using System.Collections;
using System.Globalization;

namespace Azure.Data.Tables;

/// <summary>A row without a class of its own: columns by name. What is not there reads as null.</summary>
public sealed class TableEntity : ITableEntity, IDictionary<string, object>
{
    private readonly Dictionary<string, object> _columns;

    public TableEntity() => _columns = [];

    public TableEntity(string partitionKey, string rowKey)
        : this()
    {
        PartitionKey = partitionKey;
        RowKey = rowKey;
    }

    public TableEntity(IDictionary<string, object> values) => _columns = values is null ? [] : new(values);

    public string PartitionKey
    {
        get => GetString(EntityNames.PartitionKey);
        set => _columns[EntityNames.PartitionKey] = value;
    }

    public string RowKey
    {
        get => GetString(EntityNames.RowKey);
        set => _columns[EntityNames.RowKey] = value;
    }

    public DateTimeOffset? Timestamp
    {
        get => GetDateTimeOffset(EntityNames.Timestamp);
        set => _columns[EntityNames.Timestamp] = value;
    }

    public ETag ETag
    {
        get => new(GetString(EntityNames.ETag));
        set => _columns[EntityNames.ETag] = value.ToString();
    }

    public int Count => _columns.Count;

    public ICollection<string> Keys => _columns.Keys;

    ICollection<object> IDictionary<string, object>.Values => _columns.Values;

    bool ICollection<KeyValuePair<string, object>>.IsReadOnly => false;

    /// <summary>
    /// A column; null when there is none. An int given to one that holds a long or a double becomes that.
    /// </summary>
    public object this[string key]
    {
        get => _columns.GetValueOrDefault(key);
        set => _columns[key] = (_columns.GetValueOrDefault(key), value) switch
        {
            (long, int number) => (long)number,
            (double, int number) => (double)number,
            _ => value,
        };
    }

    public string GetString(string key) => Get<string>(key);

    public byte[] GetBinary(string key) => Get<byte[]>(key);

    public BinaryData GetBinaryData(string key) =>
        this[key] is byte[] bytes ? BinaryData.FromBytes(bytes) : Get<BinaryData>(key);

    public bool? GetBoolean(string key) => Get<bool?>(key);

    public int? GetInt32(string key) => Get<int?>(key);

    public long? GetInt64(string key) => Get<long?>(key);

    public double? GetDouble(string key) => Get<double?>(key);

    public Guid? GetGuid(string key) => Get<Guid?>(key);

    public DateTime? GetDateTime(string key) =>
        this[key] is DateTimeOffset moment ? moment.UtcDateTime : Get<DateTime?>(key);

    public DateTimeOffset? GetDateTimeOffset(string key) =>
        this[key] is DateTime moment ? new DateTimeOffset(moment) : Get<DateTimeOffset?>(key);

    public void Add(string key, object value) => this[key] = value;

    public bool ContainsKey(string key) => _columns.ContainsKey(key);

    public bool Remove(string key) => _columns.Remove(key);

    public bool TryGetValue(string key, out object value) => _columns.TryGetValue(key, out value);

    public void Clear() => _columns.Clear();

    void ICollection<KeyValuePair<string, object>>.Add(KeyValuePair<string, object> item) =>
        this[item.Key] = item.Value;

    bool ICollection<KeyValuePair<string, object>>.Contains(KeyValuePair<string, object> item) =>
        ((ICollection<KeyValuePair<string, object>>)_columns).Contains(item);

    void ICollection<KeyValuePair<string, object>>.CopyTo(KeyValuePair<string, object>[] array, int arrayIndex) =>
        ((ICollection<KeyValuePair<string, object>>)_columns).CopyTo(array, arrayIndex);

    bool ICollection<KeyValuePair<string, object>>.Remove(KeyValuePair<string, object> item) =>
        ((ICollection<KeyValuePair<string, object>>)_columns).Remove(item);

    IEnumerator<KeyValuePair<string, object>> IEnumerable<KeyValuePair<string, object>>.GetEnumerator() =>
        _columns.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _columns.GetEnumerator();

    private T Get<T>(string key) => this[key] switch
    {
        null => default,
        T value => value,
        var other => throw new InvalidOperationException(string.Create(
            CultureInfo.InvariantCulture,
            $"Cannot return {typeof(T)} type for a {other.GetType()} typed property.")),
    };
}
