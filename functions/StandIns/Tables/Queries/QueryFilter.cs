using System.Globalization;
using System.Text;
using System.Xml;

namespace Azure.Data.Tables;

/// <summary>Writes OData filters: text stays as it is, every argument becomes a literal of its type.</summary>
internal static class QueryFilter
{
    public static string Create(FormattableString filter) => filter is null ? null : string.Format(
        CultureInfo.InvariantCulture,
        filter.Format,
        [.. filter.GetArguments().Select(Literal)]);

    private static object Literal(object value, int index) => value switch
    {
        null => "null",
        string or char or StringBuilder => $"'{value.ToString().Replace("'", "''", StringComparison.Ordinal)}'",
        bool truth => truth ? "true" : "false",
        sbyte or byte or short or ushort or int or uint or float or double or decimal =>
            ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
        long or ulong => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture) + "L",
        Guid id => $"guid'{id}'",
        DateTime { Kind: DateTimeKind.Unspecified } moment => Moment(DateTime.SpecifyKind(moment, DateTimeKind.Utc)),
        DateTime moment => Moment(moment.ToUniversalTime()),
        DateTimeOffset moment => Moment(moment.UtcDateTime),
        byte[] bytes => $"X'{Convert.ToHexString(bytes)}'",
        BinaryData bytes => $"X'{Convert.ToHexString(bytes.ToMemory().Span)}'",
        _ => throw new ArgumentException(
            $"Unable to convert argument {index} from type {value.GetType()} to an OData literal."),
    };

    private static string Moment(DateTime utc) =>
        $"datetime'{XmlConvert.ToString(utc, XmlDateTimeSerializationMode.Utc)}'";
}
