using System.Globalization;
using System.Text.Json;

namespace Azure.Data.Tables;

/// <summary>Reads a row from the service's JSON, into named columns or into a class.</summary>
internal static class EntityReader
{
    public static T Read<T>(JsonElement json)
        where T : class, ITableEntity
    {
        var entity = Activator.CreateInstance<T>();
        if (entity is IDictionary<string, object> columns)
        {
            ReadColumns(json, columns);
            return entity;
        }

        entity.PartitionKey = Text(json, EntityNames.PartitionKey);
        entity.RowKey = Text(json, EntityNames.RowKey);
        entity.ETag = Text(json, EntityNames.ETag) is { } etag ? new ETag(etag) : default;
        entity.Timestamp = Text(json, EntityNames.Timestamp) is { } timestamp ? Moment(timestamp) : null;

        foreach (var column in EntityColumn.Of(typeof(T)))
        {
            if (column.CanSet && json.TryGetProperty(column.Name, out var value))
            {
                column.Set(entity, ReadAs(column, value));
            }
        }

        return entity;
    }

    private static void ReadColumns(JsonElement json, IDictionary<string, object> columns)
    {
        foreach (var member in json.EnumerateObject())
        {
            if (member.Name == EntityNames.Metadata
                || member.Name.EndsWith(EntityNames.TypeSuffix, StringComparison.Ordinal))
            {
                continue;
            }

            var type = member.Name == EntityNames.Timestamp
                ? EdmTypes.DateTime
                : Text(json, member.Name + EntityNames.TypeSuffix);
            columns[member.Name] = ReadAs(type, member.Name, member.Value);
        }
    }

    private static object ReadAs(string edmType, string name, JsonElement value) => (value.ValueKind, edmType) switch
    {
        (JsonValueKind.Null, _) => null,
        (JsonValueKind.True or JsonValueKind.False, _) => value.GetBoolean(),
        (JsonValueKind.Number, EdmTypes.Double) => value.GetDouble(),
        (JsonValueKind.Number, EdmTypes.Int64) => value.GetInt64(),
        (JsonValueKind.Number, _) => Number(value),
        (JsonValueKind.String, null or EdmTypes.String) => value.GetString(),
        (JsonValueKind.String, EdmTypes.Int64) => long.Parse(value.GetString(), CultureInfo.InvariantCulture),
        (JsonValueKind.String, EdmTypes.Double) => double.Parse(value.GetString(), CultureInfo.InvariantCulture),
        (JsonValueKind.String, EdmTypes.Int32) => int.Parse(value.GetString(), CultureInfo.InvariantCulture),
        (JsonValueKind.String, EdmTypes.Boolean) => bool.Parse(value.GetString()),
        (JsonValueKind.String, EdmTypes.Guid) => Guid.Parse(value.GetString()),
        (JsonValueKind.String, EdmTypes.Binary) => value.GetBytesFromBase64(),
        (JsonValueKind.String, EdmTypes.DateTime) => Moment(value.GetString()),
        _ => throw new NotSupportedException($"Column '{name}' has an unknown type: {edmType ?? $"{value.ValueKind}"}."),
    };

    // An int unless it is too large, or was written with a point or an exponent.
    private static object Number(JsonElement value)
    {
        if (value.GetRawText().AsSpan().ContainsAny(".eE") || !value.TryGetInt64(out var number))
        {
            return value.GetDouble();
        }

        return number is >= int.MinValue and <= int.MaxValue ? (int)number : (object)number;
    }

    private static object ReadAs(EntityColumn column, JsonElement value)
    {
        var type = Nullable.GetUnderlyingType(column.ValueType) ?? column.ValueType;
        if (value.ValueKind is JsonValueKind.Null)
        {
            return Default(column.ValueType);
        }

        var text = value.ValueKind is JsonValueKind.String ? value.GetString() : null;
        if (type.IsEnum)
        {
            return Enum.TryParse(type, text, out var named) ? named : Default(column.ValueType);
        }

        return (Type.GetTypeCode(type), value.ValueKind) switch
        {
            (TypeCode.String, _) => text,
            (TypeCode.Boolean, JsonValueKind.True or JsonValueKind.False) => value.GetBoolean(),
            (TypeCode.Int32, JsonValueKind.Number) when Number(value) is int number => number,
            (TypeCode.Int64, JsonValueKind.String) => long.Parse(text, CultureInfo.InvariantCulture),
            (TypeCode.Int64, JsonValueKind.Number) => value.GetInt64(),
            (TypeCode.Double, JsonValueKind.String) => double.Parse(text, CultureInfo.InvariantCulture),
            (TypeCode.Double, JsonValueKind.Number) => value.GetDouble(),
            (TypeCode.DateTime, JsonValueKind.String) => Moment(text).UtcDateTime,
            (TypeCode.Object, JsonValueKind.String) when type == typeof(DateTimeOffset) => Moment(text),
            (TypeCode.Object, JsonValueKind.String) when type == typeof(Guid) => Guid.Parse(text),
            (TypeCode.Object, JsonValueKind.String) when type == typeof(byte[]) => Convert.FromBase64String(text),
            (TypeCode.Object, JsonValueKind.String) when type == typeof(BinaryData) =>
                BinaryData.FromBytes(Convert.FromBase64String(text)),
            _ => throw new InvalidCastException(
                $"Column '{column.Name}' holds {value.ValueKind}, which is not {type}."),
        };
    }

    private static object Default(Type type) => type.IsValueType ? Activator.CreateInstance(type) : null;

    private static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static DateTimeOffset Moment(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
