using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Azure.Data.Tables;

/// <summary>
/// Writes a row as the service takes it: JSON, and the type beside each value where JSON cannot tell it.
/// </summary>
internal static class EntityWriter
{
    /// <summary>The row without what the service itself decides: timestamp and ETag.</summary>
    public static ReadOnlyMemory<byte> Write(ITableEntity entity)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString(EntityNames.PartitionKey, entity.PartitionKey);
            json.WriteString(EntityNames.RowKey, entity.RowKey);
            if (entity is IDictionary<string, object> columns)
            {
                WriteColumns(json, columns);
            }
            else
            {
                foreach (var column in EntityColumn.Of(entity.GetType()))
                {
                    var value = column.Get(entity);
                    WriteColumn(json, column.Name, value is Enum named ? named.ToString() : value);
                }
            }

            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteColumns(Utf8JsonWriter json, IDictionary<string, object> columns)
    {
        foreach (var (name, value) in columns)
        {
            if (name is EntityNames.PartitionKey or EntityNames.RowKey or EntityNames.Timestamp or EntityNames.ETag)
            {
                continue;
            }

            if (value is Enum)
            {
                throw new NotSupportedException(
                    $"Column '{name}' holds an enum, which only a class of your own that implements ITableEntity may.");
            }

            WriteColumn(json, name, value);
        }
    }

    private static void WriteColumn(Utf8JsonWriter json, string name, object value)
    {
        json.WritePropertyName(name);
        var type = WriteValue(json, name, value);
        if (type is not null)
        {
            json.WriteString(name + EntityNames.TypeSuffix, type);
        }
    }

    /// <returns>The type to write beside the value; null when JSON's own types tell it.</returns>
    private static string WriteValue(Utf8JsonWriter json, string name, object value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                return null;
            case string text:
                json.WriteStringValue(text);
                return null;
            case bool truth:
                json.WriteBooleanValue(truth);
                return null;
            case int number:
                json.WriteNumberValue(number);
                return null;
            case long number:
                json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
                return EdmTypes.Int64;
            case double.NaN:
                json.WriteStringValue("NaN");
                return EdmTypes.Double;
            case double number:
                json.WriteNumberValue(number);
                return EdmTypes.Double;
            case Guid id:
                json.WriteStringValue(id);
                return EdmTypes.Guid;
            case byte[] bytes:
                json.WriteBase64StringValue(bytes);
                return EdmTypes.Binary;
            case BinaryData bytes:
                json.WriteBase64StringValue(bytes.ToMemory().Span);
                return EdmTypes.Binary;
            case DateTimeOffset moment:
                json.WriteStringValue(moment.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
                return EdmTypes.DateTime;
            case DateTime { Kind: DateTimeKind.Utc } moment:
                json.WriteStringValue(moment.ToString("O", CultureInfo.InvariantCulture));
                return EdmTypes.DateTime;
            case DateTime moment:
                throw new NotSupportedException(
                    $"Column '{name}' holds a DateTime of kind {moment.Kind}; only {DateTimeKind.Utc} can be stored.");
            default:
                throw new NotSupportedException($"Column '{name}': not supported type {value.GetType()}");
        }
    }
}
